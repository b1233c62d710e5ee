#ifndef POBF_ENCLAVE_HOST_COMMANDS_H
#define POBF_ENCLAVE_HOST_COMMANDS_H

/* The commands of pobf-host, one a file. Each returns an exit code; argv[0] is its name. */
int new_main(int argc, char **argv);
int build_main(int argc, char **argv);
int measure_main(int argc, char **argv);
int run_main(int argc, char **argv);
int serve_main(int argc, char **argv);
int prove_main(int argc, char **argv);
int tpm_main(int argc, char **argv);
int tsm_main(int argc, char **argv);
int doctor_main(int argc, char **argv);

#endif
