#ifndef POBF_ENCLAVE_HOST_LOCKDOWN_H
#define POBF_ENCLAVE_HOST_LOCKDOWN_H

#include "framework/core/status.h"

/*
 * Give up what serving does not need. The host holds no secret of a data provider, but it reads
 * what strangers send. A monitor that it starts inherits all of this, and confines itself further.
 */

/* No privileges by executing a file, no core file, no debugger of the same user. */
POBF_MUST_CHECK enum pobf_status lockdown_privileges(void);

struct lockdown_paths {
    const char *image;
    const char *monitor;
    const char *device;   /* that the monitor opens; NULL: none   */
    const char *receipts; /* the folder for them; NULL: none      */
};

/*
 * From now on no file can be opened but the image, the monitor, its device and /dev/null, which a
 * restart needs, and what is written into the folder for receipts. Where the kernel has no
 * Landlock this does nothing: `pobf-host doctor` says so.
 */
POBF_MUST_CHECK enum pobf_status lockdown_files(const struct lockdown_paths *paths);

#endif
