#ifndef POBF_VERIFIER_CLIENT_COMMANDS_H
#define POBF_VERIFIER_CLIENT_COMMANDS_H

/* The commands of `pobf`, one a file; each returns an exit code. */
int attest_main(int argc, char **argv);
int call_main(int argc, char **argv);
int verify_main(int argc, char **argv);
int issue_main(int argc, char **argv); /* pobf report */
int appraise_main(int argc, char **argv);
int inspect_main(int argc, char **argv);
int log_main(int argc, char **argv);
int gaps_main(int argc, char **argv); /* pobf log gaps */

#endif
