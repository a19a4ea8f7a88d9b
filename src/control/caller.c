/* SPDX-License-Identifier: EUPL-1.2 */
#include "caller.h"

#include <glib.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/socket.h>

static char *name_of(uid_t uid)
{
	FILE *users = fopen("/etc/passwd", "re");
	char *name = NULL;
	const struct passwd *one;

	while (users && !name && (one = fgetpwent(users)))
		if (one->pw_uid == uid)
			name = g_strdup(one->pw_name);
	if (users)
		fclose(users);
	return name ? name : g_strdup_printf("uid %u", (unsigned)uid);
}

void caller_find(struct caller *caller, int fd)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
		caller->who = g_strdup("somebody");
		caller->from = g_strdup("socket");
		return;
	}
	caller->who = name_of(peer.uid);
	caller->from = g_strdup_printf("socket, pid %d", (int)peer.pid);
}

void caller_finish(struct caller *caller)
{
	g_clear_pointer(&caller->who, g_free);
	g_clear_pointer(&caller->from, g_free);
}
