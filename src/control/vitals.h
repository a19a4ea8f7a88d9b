/* SPDX-License-Identifier: EUPL-1.2
 *
 * vitals: what a preflight wants to know of the machine: CPU, memory, disk, certificate, ports, addresses, clock. What takes time (the disk)
 * is looked at beforehand, off the control loop, so that asking takes less than a millisecond.
 *
 * Thread: control loop.
 */
#pragma once

struct machine_facts;
struct show;
struct uv_loop_s;
struct vitals;

/* One per process. Looks while the loop runs. `cert_path`: the certificate in use, or NULL. */
struct vitals *vitals_create(struct uv_loop_s *loop, struct show *show, const char *cert_path);

/* Fills in everything but planned_s; its texts are good until the next call. Without a vitals that looks, the disk, the certificate and
 * the CPU are not known. */
void vitals_read(const struct show *show, struct machine_facts *facts);

/* Video ticks missed in the last ten seconds; NAN: not known. */
double vitals_missed_ticks(const struct show *show);

/* For how many seconds it has looked. */
double vitals_age_s(void);

/* The loop must run until it is gone. NULL is allowed. */
void vitals_destroy(struct vitals *vitals);
