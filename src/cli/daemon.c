/* SPDX-License-Identifier: EUPL-1.2 */
#include "daemon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

FILE *daemon_connect(const char *path, char *why, size_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		snprintf(why, size, "%s: the path is too long for a socket", path);
		return NULL;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fdopen(fd, "r+");
	snprintf(why, size,
		 "no daemon answers at %s: %s (is twinstaged running? --socket or "
		 "TWINSTAGE_SOCKET names another place)",
		 path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return NULL;
}

bool daemon_send(FILE *daemon, json_t *object)
{
	bool is_sent = json_dumpf(object, daemon, JSON_COMPACT) == 0 &&
		       fputc('\n', daemon) != EOF && fflush(daemon) == 0;

	json_decref(object);
	return is_sent;
}

json_t *daemon_receive(FILE *daemon)
{
	char *line = NULL;
	size_t size = 0;
	json_t *object = NULL;

	if (getline(&line, &size, daemon) > 0)
		object = json_loads(line, 0, NULL);
	free(line);
	return object;
}
