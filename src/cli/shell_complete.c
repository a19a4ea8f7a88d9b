/* SPDX-License-Identifier: EUPL-1.2 */
#include "shell_complete.h"

#include <glob.h>
#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "complete.h"
#include "inquiry.h"
#include "words.h"

#define LISTED 40 /* candidates; of more only how many */
#define COLUMN 24

/* What the shell itself knows. */
static const struct candidate own[] = {
	{"quit", "Leave the shell; the show goes on"},
};

/* ---- candidates ---- */

static void add(struct candidates *out, const char *text, const char *what)
{
	out->list = realloc(out->list, sizeof(*out->list) * (size_t)(out->n + 1));
	out->list[out->n++] = (struct candidate){strdup(text), strdup(what)};
}

static void add_files(struct candidates *out, const char *begun)
{
	char *pattern = NULL;
	glob_t found = {0};

	if (asprintf(&pattern, "%s*", begun) < 0)
		return;
	glob(pattern, GLOB_MARK | GLOB_TILDE, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		add(out, found.gl_pathv[i], "");
	globfree(&found);
	free(pattern);
}

static void find(const struct words *words, const char *socket, struct candidates *out)
{
	struct inquiry inquiry = {.socket = socket};
	const struct asker asker = {inquiry_ask, &inquiry};
	const char *begun = words->words[words->n - 1];

	complete_words(words->n, words->words, &asker, out);
	inquiry_end(&inquiry);
	for (size_t i = 0; words->n == 1 && i < sizeof(own) / sizeof(*own); i++)
		if (strncmp(own[i].text, begun, strlen(begun)) == 0)
			add(out, own[i].text, own[i].what);
	if (out->wants_files)
		add_files(out, begun);
}

/* How many bytes all of them begin with; never half a letter. */
static size_t common(const struct candidates *candidates)
{
	const char *first = candidates->list[0].text;
	size_t length = strlen(first);

	for (int i = 1; i < candidates->n; i++) {
		const char *other = candidates->list[i].text;
		size_t k = 0;

		while (k < length && first[k] == other[k])
			k++;
		length = k;
	}
	while (length > 0 && ((unsigned char)first[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* ---- the line ---- */

static bool needs_quotes(const char *text)
{
	return strpbrk(text, " \t\"'\\;#") != NULL;
}

/* Puts a word in the place of the one that was begun, quoted where it has to be; `is_whole`: and a
 * blank behind it. */
static void replace(EditLine *line, const char *begun, const char *text, bool is_whole)
{
	bool is_quoted = needs_quotes(text) || *begun == '"' || *begun == '\'';
	bool is_open = *text && text[strlen(text) - 1] == '/';
	size_t size = 2 * strlen(text) + 8, n = 0;
	char *out = malloc(size);

	if (is_quoted)
		out[n++] = '"';
	for (; *text; text++) {
		if (is_quoted && (*text == '"' || *text == '\\'))
			out[n++] = '\\';
		out[n++] = *text;
	}
	if (is_quoted && is_whole)
		out[n++] = '"';
	/* A folder goes on. */
	if (is_whole && !is_open)
		out[n++] = ' ';
	out[n] = '\0';
	el_deletestr(line, (int)mbstowcs(NULL, begun, 0));
	el_insertstr(line, out);
	free(out);
}

static int columns(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

/* As many bytes of a text as fit into so many columns. */
static int bytes_of(const char *text, int room)
{
	int n = 0;

	while (text[n]) {
		wchar_t letter;
		int bytes = mbtowc(&letter, text + n, MB_CUR_MAX);
		int wide = bytes > 0 ? wcwidth(letter) : -1;

		room -= wide < 0 ? 1 : wide;
		if (room < 0)
			break;
		n += bytes > 0 ? bytes : 1;
	}
	return n;
}

static int columns_of(const char *text)
{
	wchar_t letters[256];
	size_t n = mbstowcs(letters, text, sizeof(letters) / sizeof(*letters));
	int wide = n == (size_t)-1 ? -1 : wcswidth(letters, n);

	return wide < 0 ? (int)strlen(text) : wide;
}

/* Each in one line, as far as it goes. */
static void list(const struct candidates *candidates)
{
	int room = columns() - COLUMN - 5;

	putchar('\n');
	for (int i = 0; i < candidates->n && i < LISTED; i++) {
		const struct candidate *one = &candidates->list[i];
		int used = columns_of(one->text);
		int left = used > COLUMN ? room - (used - COLUMN) : room;

		printf("  %s", one->text);
		if (*one->what && left > 0)
			printf("%*s  %.*s", used < COLUMN ? COLUMN - used : 0, "",
			       bytes_of(one->what, left), one->what);
		putchar('\n');
	}
	if (candidates->n > LISTED)
		printf("  and %d more\n", candidates->n - LISTED);
	fflush(stdout);
}

static unsigned char complete(EditLine *line, const char *begun, const char *word,
			      struct candidates *candidates)
{
	size_t length;

	if (!candidates->n)
		return CC_REFRESH_BEEP;
	length = common(candidates);
	if (candidates->n == 1 || length > strlen(word)) {
		char *text = strndup(candidates->list[0].text, length);

		replace(line, begun, text, candidates->n == 1);
		free(text);
		return CC_REFRESH;
	}
	list(candidates);
	return CC_REDISPLAY;
}

unsigned char shell_complete(EditLine *line, const char *socket)
{
	const LineInfo *info = el_line(line);
	char *typed = strndup(info->buffer, (size_t)(info->cursor - info->buffer));
	struct candidates candidates = {0};
	struct words words;
	const char *begun;
	unsigned char code;

	words_typed(typed, &words, &begun);
	find(&words, socket, &candidates);
	code = complete(line, begun, words.words[words.n - 1], &candidates);
	candidates_finish(&candidates);
	words_free(&words);
	free(typed);
	return code;
}
