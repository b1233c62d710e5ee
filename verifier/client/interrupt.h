#ifndef POBF_VERIFIER_CLIENT_INTERRUPT_H
#define POBF_VERIFIER_CLIENT_INTERRUPT_H

/*
 * Ctrl-C in long work: the first SIGINT or SIGTERM is noted, and whoever works looks for it, wipes
 * what it has, and ends. The second one ends the program where it is.
 */
void interrupt_guard(void);
int interrupt_came(void);

/* Say so on stderr; returns the exit code to end with. */
int interrupt_tell(void);

#endif
