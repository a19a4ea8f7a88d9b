/* SPDX-License-Identifier: EUPL-1.2
 *
 * process: what the system says of this process. Read from /proc, some 20 us; nothing is kept.
 */
#pragma once

/* NAN: the system does not say. */
struct process {
	double cpu_s; /* of all threads, user and system */
	double resident_bytes, virtual_bytes;
	double threads, open_fds, max_fds;
	double start_s; /* since 1970 UTC */
};

void process_read(struct process *process);
