#ifndef POBF_VERIFIER_SERVICE_SERVICE_H
#define POBF_VERIFIER_SERVICE_SERVICE_H

/* The commands of pobf-verifier, one a file. Each returns an exit code. */
int keygen_main(int argc, char **argv);
int certify_main(int argc, char **argv);
int serve_main(int argc, char **argv);
int log_keeper_main(int argc, char **argv); /* pobf-verifier log */
int log_add_main(int argc, char **argv);
int log_serve_main(int argc, char **argv);
int witness_main(int argc, char **argv);

#endif
