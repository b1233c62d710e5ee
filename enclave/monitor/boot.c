#include "enclave/monitor/boot.h"

#include "enclave/monitor/ground.h"
#include "enclave/platform/sim.h"
#include "framework/core/bytes.h"

uint32_t boot_begin(struct boot *boot)
{
    const struct monitor *monitor = boot->monitor;

    boot->status = pobf_chain_begin(monitor->vault.chain, monitor->image.measurement,
                                    monitor->image.policy, &monitor->zone);
    return 0;
}

uint32_t boot_evidence(struct boot *boot)
{
    const struct monitor *monitor = boot->monitor;
    const struct pobf_chain *chain = monitor->vault.chain;
    struct pobf_evidence evidence = {.backend = ground_backend()};
    size_t size;

    pobf_bytes_copy(evidence.nonce, boot->nonce, sizeof evidence.nonce);
    pobf_bytes_copy(evidence.boot_id, chain->boot_id, sizeof evidence.boot_id);
    pobf_bytes_copy(evidence.measurement, chain->measurement, sizeof evidence.measurement);
    pobf_bytes_copy(evidence.monitor, monitor->program, sizeof evidence.monitor);
    pobf_bytes_copy(evidence.policy, chain->policy, sizeof evidence.policy);
    pobf_bytes_copy(evidence.receipt_key, chain->receipt_key, sizeof evidence.receipt_key);
    pobf_bytes_copy(evidence.channel_key, monitor->setup.channel_key, sizeof evidence.channel_key);
    pobf_bytes_copy(evidence.certificate, monitor->setup.certificate, sizeof evidence.certificate);
    boot->status = sim_sign(boot->bytes, sizeof boot->bytes, &size, &evidence);
    boot->size = size;
    return 0;
}

uint32_t boot_offer(struct boot *boot)
{
    struct pobf_fresh fresh;
    size_t size;

    boot->status = pobf_start(&fresh, boot->task, boot->monitor->vault.chain, boot->bytes,
                              sizeof boot->bytes, &size);
    boot->size = size;
    return 0;
}
