/* SPDX-License-Identifier: EUPL-1.2 */
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MOST_ANSWER (8u << 20)

bool link_open(struct link *link, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	*link = (struct link){.fd = -1};
	if (strlen(path) >= sizeof(address.sun_path))
		return false;
	memcpy(address.sun_path, path, strlen(path) + 1);
	link->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (link->fd >= 0 && connect(link->fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return true;
	link_close(link);
	return false;
}

static json_t *question(int n, const char *const *words)
{
	char here[PATH_MAX];
	json_t *array = json_array(), *object;

	for (int i = 0; i < n; i++)
		json_array_append_new(array, json_string(words[i]));
	object = json_pack("{s:o}", "words", array);
	/* The daemon stands elsewhere: it is told what relative paths are below. */
	if (getcwd(here, sizeof(here)))
		json_object_set_new(object, "directory", json_string(here));
	return object;
}

bool link_say(struct link *link, int n, const char *const *words)
{
	json_t *object = question(n, words);
	char *line = json_dumps(object, JSON_COMPACT);
	size_t length = line ? strlen(line) : 0;

	json_decref(object);
	link->out = realloc(link->out, link->n_out + length + 1);
	if (line)
		memcpy(link->out + link->n_out, line, length);
	link->out[link->n_out + length] = '\n';
	link->n_out += length + 1;
	free(line);
	return link_flush(link);
}

bool link_flush(struct link *link)
{
	ssize_t n;

	if (!link->n_out)
		return true;
	n = send(link->fd, link->out, link->n_out, MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	link->n_out -= (size_t)n;
	memmove(link->out, link->out + n, link->n_out);
	return true;
}

bool link_is_waiting(const struct link *link)
{
	return link->n_out > 0;
}

bool link_read(struct link *link)
{
	char room[65536];
	ssize_t n = recv(link->fd, room, sizeof(room), 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0 || link->n_in + (size_t)n > MOST_ANSWER)
		return false;
	link->in = realloc(link->in, link->n_in + (size_t)n);
	memcpy(link->in + link->n_in, room, (size_t)n);
	link->n_in += (size_t)n;
	return true;
}

json_t *link_answer(struct link *link)
{
	char *end = link->n_in ? memchr(link->in, '\n', link->n_in) : NULL;
	size_t length;
	json_t *answer;

	if (!end)
		return NULL;
	length = (size_t)(end - link->in);
	answer = json_loadb(link->in, length, 0, NULL);
	link->n_in -= length + 1;
	memmove(link->in, end + 1, link->n_in);
	return answer ? answer : json_null();
}

void link_close(struct link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	free(link->in);
	free(link->out);
	*link = (struct link){.fd = -1};
}
