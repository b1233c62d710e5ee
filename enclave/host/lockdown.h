#ifndef POBF_ENCLAVE_HOST_LOCKDOWN_H
#define POBF_ENCLAVE_HOST_LOCKDOWN_H

#include "framework/core/status.h"

/*
 * Give up what serving does not need. A host that serves holds no secret of a data provider, but it
 * reads what strangers send; `pobf-host run` holds its own. A monitor that it starts inherits all of this, and confines itself further.
 */

/* No privileges by executing a file, no core file, no debugger of the same user. */
POBF_MUST_CHECK enum pobf_status lockdown_privileges(void);

/*
 * From now on no file can be opened but the monitor, its device (NULL: none) and /dev/null, which a
 * restart needs, what is in the folders for receipts and for reports of the machine (NULL: none),
 * and what it takes to find the address of a name, where it asks for any. Where the kernel has no
 * Landlock this does nothing: `pobf-host doctor` says so.
 */
POBF_MUST_CHECK enum pobf_status lockdown_files(const char *monitor, const char *device,
                                                const char *receipts, const char *reports,
                                                int asks_for_names);

#endif
