/* SPDX-License-Identifier: EUPL-1.2
 *
 * Four forms are known: the pairs that every change on air is answered with ("program: stage,
 * preview: panel"), the lines of lists, which hold PGM or pvw or a state, those of events,
 * and the verdicts of `check`.
 */
#include "colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RED    "\033[1;31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

bool colour_is_when(const char *when)
{
	return strcmp(when, "auto") == 0 || strcmp(when, "always") == 0 ||
	       strcmp(when, "never") == 0;
}

bool colour_is_wanted(const char *when, FILE *file)
{
	const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (when && strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return !(refused && *refused) && terminal && *terminal && strcmp(terminal, "dumb") != 0 &&
	       isatty(fileno(file));
}

static void print_in(FILE *file, const char *colour, const char *text, size_t length)
{
	if (length && colour)
		fprintf(file, "%s%.*s" PLAIN, colour, (int)length, text);
	else
		fprintf(file, "%.*s", (int)length, text);
}

/* Whether a word stands in the line, blanks (or the ends) around it. */
static bool holds_word(const char *line, size_t length, const char *word)
{
	size_t size = strlen(word);

	for (size_t i = 0; i + size <= length; i++)
		if (memcmp(line + i, word, size) == 0 && (i == 0 || line[i - 1] == ' ') &&
		    (i + size == length || line[i + size] == ' '))
			return true;
	return false;
}

static bool holds_one(const char *line, size_t length, const char *const *words)
{
	for (; *words; words++)
		if (holds_word(line, length, *words))
			return true;
	return false;
}

/* The colour of a whole line; NULL: none. */
static const char *colour_of(const char *line, size_t length)
{
#define EVENT(name, level, meaning) EVENT_##level(name)
#define EVENT_INFO(name)
#define EVENT_WARNING(name) #name,
	static const char *const warnings[] = {
#include <twinstage/events.def>
		"stalled", "lost", "failed", NULL};
#undef EVENT
	static const char *const program[] = {"PGM", "program_changed", NULL};
	static const char *const preview[] = {"pvw", "preview_changed", NULL};

	if (holds_one(line, length, warnings))
		return YELLOW;
	if (holds_one(line, length, program) || strncmp(line, "program  ", 9) == 0)
		return RED;
	if (holds_one(line, length, preview) || strncmp(line, "preview  ", 9) == 0)
		return GREEN;
	return NULL;
}

/* "program: stage, preview: panel": a name may hold neither comma nor colon. False: it is none. */
static bool print_air(FILE *file, const char *line, size_t length)
{
	static const char begin[] = "program: ", middle[] = ", preview: ";
	const char *preview;

	if (length < sizeof(begin) || strncmp(line, begin, strlen(begin)) != 0)
		return false;
	preview = memmem(line, length, middle, strlen(middle));
	if (!preview)
		return false;
	print_in(file, RED, line, (size_t)(preview - line));
	print_in(file, NULL, preview, 2);
	print_in(file, GREEN, preview + 2, length - (size_t)(preview + 2 - line));
	return true;
}

/* "BAD   cam-a  black for 34 s", and the sum of all, "BAD: 2 to mend ..". False: it is none. */
static bool print_verdict(FILE *file, const char *line, size_t length)
{
	static const struct {
		const char *word, *colour;
		bool is_whole_line;
	} verdicts[] = {{"BAD", RED, true}, {"LOOK", YELLOW, true}, {"OK", GREEN, false}};

	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		size_t word = strlen(verdicts[i].word);
		size_t coloured = verdicts[i].is_whole_line ? length : word;

		if (length <= word || strncmp(line, verdicts[i].word, word) != 0 ||
		    !strchr(" :", line[word]))
			continue;
		print_in(file, verdicts[i].colour, line, coloured);
		print_in(file, NULL, line + coloured, length - coloured);
		return true;
	}
	return false;
}

void colour_print(FILE *file, const char *text, bool is_coloured)
{
	while (is_coloured && *text) {
		size_t length = strcspn(text, "\n");

		if (!print_air(file, text, length) && !print_verdict(file, text, length))
			print_in(file, colour_of(text, length), text, length);
		text += length;
		if (*text == '\n') {
			fputc('\n', file);
			text++;
		}
	}
	fputs(text, file);
	fputc('\n', file);
}

void colour_warn(FILE *file, const char *text, bool is_coloured)
{
	fprintf(file, "%s%s%s\n", is_coloured ? YELLOW : "", text, is_coloured ? PLAIN : "");
}
