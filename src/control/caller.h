/* SPDX-License-Identifier: EUPL-1.2
 *
 * caller: who is at the other end of a Unix socket, for the journal.
 */
#pragma once

struct caller {
	char *who;  /* the user's name as /etc/passwd has it, or "uid 1000" */
	char *from; /* "socket, pid 4711" */
};

/* Of a connected socket. Only files of this machine are looked at: a directory service may take
 * its time, and this is the control loop. */
void caller_find(struct caller *caller, int fd);
void caller_finish(struct caller *caller);
