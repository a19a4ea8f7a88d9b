/* SPDX-License-Identifier: EUPL-1.2 */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "patience.h"

struct question {
	char *path;
	size_t most_bytes;
	GString *text; /* NULL: only looked at */
	GError *error; /* the answer; NULL: all is well */
};

static void question_free(void *data)
{
	struct question *question = data;

	if (question->text)
		g_string_free(question->text, TRUE);
	g_clear_error(&question->error);
	g_free(question->path);
	g_free(question);
}

static bool too_large(const struct question *question, GError **error)
{
	return fail(error, ERROR_TOO_LARGE, "%s is larger than %zu MB", question->path,
		    question->most_bytes >> 20);
}

/* ---- on the thread ---- */

static bool look(struct question *question, GError **error)
{
	const char *path = question->path;
	struct stat facts;

	if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode))
		return fail(error, ERROR_IO, "no file %s", path);
	if (access(path, R_OK) != 0)
		return fail(error, ERROR_IO, "%s: it may not be read", path);
	if (question->most_bytes && (size_t)facts.st_size > question->most_bytes)
		return too_large(question, error);
	return true;
}

/* Reads to the end or to the limit; false with errno. */
static bool read_all(int fd, struct question *question)
{
	char part[16384];
	ssize_t got = 1;

	while (got != 0 && question->text->len <= question->most_bytes) {
		got = read(fd, part, sizeof(part));
		if (got > 0)
			g_string_append_len(question->text, part, got);
		else if (got < 0 && errno != EINTR)
			return false;
	}
	return true;
}

static bool read_open(int fd, struct question *question, GError **error)
{
	struct stat facts;

	if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
		return fail(error, ERROR_IO, "%s is no file", question->path);
	if (!read_all(fd, question))
		return fail(error, ERROR_IO, "%s: %s", question->path, g_strerror(errno));
	return question->text->len <= question->most_bytes || too_large(question, error);
}

static void answer(void *data)
{
	struct question *question = data;

	if (!question->text) {
		look(question, &question->error);
		return;
	}
	int fd = open(question->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		fail(&question->error, ERROR_IO, "%s: %s", question->path, g_strerror(errno));
		return;
	}
	read_open(fd, question, &question->error);
	close(fd);
}

/* ---- who asks ---- */

/* The question with its answer, or NULL: there was none, or it is an error. */
static struct question *ask(const char *path, size_t most_bytes, bool is_read, GError **error)
{
	struct question *question = g_new0(struct question, 1);

	question->path = g_strdup(path);
	question->most_bytes = most_bytes;
	question->text = is_read ? g_string_new(NULL) : NULL;
	if (!patience_run(answer, question, question_free, DISK_PATIENCE_MS)) {
		fail(error, ERROR_IO, "%s: its disk does not answer", path);
		return NULL;
	}
	if (!question->error)
		return question;
	g_propagate_error(error, g_steal_pointer(&question->error));
	question_free(question);
	return NULL;
}

bool disk_check(const char *path, size_t most_bytes, GError **error)
{
	struct question *question = ask(path, most_bytes, false, error);

	if (!question)
		return false;
	question_free(question);
	return true;
}

bool disk_read(const char *path, size_t most_bytes, char **text, size_t *length, GError **error)
{
	struct question *question = ask(path, most_bytes, true, error);

	if (!question)
		return false;
	*length = question->text->len;
	*text = g_string_free(g_steal_pointer(&question->text), FALSE);
	question_free(question);
	return true;
}
