/* SPDX-License-Identifier: EUPL-1.2 */
#include "journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

#define CHUNK 65536

static bool io_failed(const struct journal_file *file, GError **error)
{
	return fail(error, ERROR_IO, "%s: %s", file->path, g_strerror(errno));
}

/* ---- mending ---- */

/* Where the last whole line ends; -1 with errno. */
static int64_t end_of_lines(int fd, int64_t size)
{
	char part[CHUNK];

	for (int64_t end = size; end > 0;) {
		int64_t begin = MAX(end - CHUNK, 0);
		ssize_t got = pread(fd, part, (size_t)(end - begin), begin);
		const char *last = got > 0 ? memrchr(part, '\n', (size_t)got) : NULL;

		if (got != end - begin)
			return -1;
		if (last)
			return begin + (last - part) + 1;
		end = begin;
	}
	return 0;
}

static bool mend(struct journal_file *file, int64_t *torn, GError **error)
{
	int64_t end = end_of_lines(file->fd, file->size);

	*torn = end < 0 ? 0 : file->size - end;
	if (end < 0 || (*torn && ftruncate(file->fd, end) != 0))
		return io_failed(file, error);
	file->size = end;
	return true;
}

/* ---- opening ---- */

bool journal_file_open(struct journal_file *file, int64_t *torn, GError **error)
{
	struct stat info;

	*torn = 0;
	file->fd = open(file->path,
			O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (file->fd < 0)
		return io_failed(file, error);
	if (fstat(file->fd, &info) == 0 && S_ISREG(info.st_mode)) {
		file->size = info.st_size;
		if (mend(file, torn, error))
			return true;
	} else {
		fail(error, ERROR_IO, "%s is no file", file->path);
	}
	journal_file_close(file);
	return false;
}

void journal_file_close(struct journal_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* ---- writing ---- */

static bool begin_anew(struct journal_file *file, GError **error)
{
	g_autofree char *older = g_strconcat(file->path, ".1", NULL);
	int64_t torn;

	if (rename(file->path, older) != 0)
		return io_failed(file, error);
	journal_file_close(file);
	return journal_file_open(file, &torn, error);
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			length -= (size_t)written;
		}
	}
	return true;
}

bool journal_file_append(struct journal_file *file, const char *lines, size_t length,
			 GError **error)
{
	int64_t torn;

	if (file->fd < 0 && !journal_file_open(file, &torn, error))
		return false;
	if (file->size && file->size + (int64_t)length > file->most_bytes &&
	    !begin_anew(file, error))
		return false;
	if (write_all(file->fd, lines, length)) {
		file->size += (int64_t)length;
		return true;
	}
	int reason = errno;

	/* What is there of them would be there twice after the next try. */
	if (ftruncate(file->fd, file->size) != 0)
		journal_file_close(file);
	return fail(error, ERROR_IO, "%s: %s", file->path, g_strerror(reason));
}

/* ---- reading ---- */

/* Puts the last bytes of a file in front of `tail`, as far as there is room. */
static void prepend_tail(const char *path, size_t most, GString *tail)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat info;

	if (fd < 0)
		return;
	if (tail->len < most && fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
		size_t length = (size_t)MIN(info.st_size, (off_t)(most - tail->len));
		g_autofree char *bytes = g_malloc(length);
		ssize_t got = pread(fd, bytes, length, info.st_size - (off_t)length);

		if (got > 0)
			g_string_prepend_len(tail, bytes, got);
	}
	close(fd);
}

char *journal_file_tail(const struct journal_file *file, size_t most)
{
	g_autofree char *older = g_strconcat(file->path, ".1", NULL);
	GString *tail = g_string_new(NULL);

	prepend_tail(file->path, most, tail);
	prepend_tail(older, most, tail);
	/* It may begin in the middle of a line. */
	if (tail->len == most) {
		const char *first = memchr(tail->str, '\n', tail->len);

		g_string_erase(tail, 0, first ? first - tail->str + 1 : (gssize)tail->len);
	}
	return g_string_free(tail, FALSE);
}
