/* SPDX-License-Identifier: EUPL-1.2 */
#include "roff.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "table.h"
#include "types.h"

/* ---- letters ---- */

static void put_letter(FILE *out, char letter)
{
	if (letter == '\\')
		fputs("\\e", out);
	else if (letter == '-')
		fputs("\\-", out);
	else if (letter == '\'')
		fputs("\\(aq", out);
	else if (letter == '~')
		fputs("\\(ti", out);
	else if (letter == '^')
		fputs("\\(ha", out);
	else
		fputc(letter, out);
}

static bool is_option(const char *text, const char *end)
{
	return end - text > 2 && text[0] == '-' && text[1] == '-' &&
	       islower((unsigned char)text[2]);
}

/* A line that begins with a dot would be a request. */
static void put(FILE *out, const char *text, size_t length)
{
	const char *end = text + length;

	if (length && *text == '.')
		fputs("\\&", out);
	while (text < end) {
		bool is_bold = is_option(text, end);

		if (is_bold)
			fputs("\\fB", out);
		do
			put_letter(out, *text++);
		while (is_bold && text < end &&
		       (islower((unsigned char)*text) || *text == '-' || *text == '_'));
		if (is_bold)
			fputs("\\fP", out);
	}
}

static void put_upper(FILE *out, const char *text)
{
	for (; *text; text++)
		put_letter(out, (char)toupper((unsigned char)*text));
}

/* ---- pages ---- */

void roff_page(FILE *out, const char *name, int section, const char *what)
{
	fputs(".\\\" -*- coding: UTF-8 -*-\n.\\\" SPDX-License-Identifier: EUPL-1.2\n", out);
	/* Without hyphens: names and options stay whole. man(7) sets this register anew otherwise. */
	fputs(".nr HY 0\n.TH ", out);
	put_upper(out, name);
	fprintf(out, " %d \"\" \"Twinstage " TWINSTAGE_VERSION "\" \"Twinstage\"\n", section);
	fputs(".ad l\n.SH NAME\n", out);
	put(out, name, strlen(name));
	fputs(" \\- ", out);
	roff_text(out, what, strlen(what));
}

void roff_section(FILE *out, const char *title)
{
	fputs(".SH ", out);
	put_upper(out, title);
	fputc('\n', out);
}

void roff_group(FILE *out, const char *title)
{
	fputs(".SS ", out);
	put(out, title, strlen(title));
	fputc('\n', out);
}

void roff_text(FILE *out, const char *text, size_t length)
{
	put(out, text, length);
	fputc('\n', out);
}

void roff_paragraph(FILE *out, const char *text)
{
	fputs(".PP\n", out);
	roff_text(out, text, strlen(text));
}

void roff_item(FILE *out, const char *bold, const char *slanted, const char *meaning)
{
	fputs(".TP\n", out);
	if (*bold) {
		fputs("\\fB", out);
		for (const char *at = bold; *at; at++)
			put_letter(out, *at);
		fputs("\\fP", out);
	}
	if (*bold && *slanted)
		fputs(" ", out);
	if (*slanted) {
		fputs("\\fI", out);
		put(out, slanted, strlen(slanted));
		fputs("\\fP", out);
	}
	fputc('\n', out);
	roff_text(out, meaning, strlen(meaning));
}

void roff_example(FILE *out, const char *lines)
{
	fputs(".PP\n.RS 4\n.EX\n", out);
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		if (*lines == '.')
			fputs("\\&", out);
		for (size_t i = 0; i < length; i++)
			put_letter(out, lines[i]);
		fputc('\n', out);
		lines += length + (lines[length] == '\n');
	}
	fputs(".EE\n.RE\n", out);
}

void roff_in(FILE *out)
{
	fputs(".RS\n", out);
}

void roff_back(FILE *out)
{
	fputs(".RE\n", out);
}

void roff_usage(FILE *out, const struct command *command)
{
	fputs(".TP\n\\fB", out);
	for (const char *at = command->words; *at; at++)
		put_letter(out, *at);
	fputs("\\fP", out);
	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		fputs(one->place == PLACE_NEEDED ? " " : " [", out);
		if (one->type == TYPE_REST)
			fputs("\\fB\\-\\-\\fP ", out);
		if (one->place == PLACE_OPTION) {
			fputs("\\fB\\-\\-", out);
			for (const char *at = one->name; *at; at++)
				put_letter(out, *at);
			fputs("\\fP", out);
		}
		if (one->type != TYPE_FLAG) {
			fputs(one->place == PLACE_OPTION ? "\\ \\fI" : "\\fI", out);
			put_upper(out, one->place == PLACE_OPTION ? type_of(one->type)->name
								  : one->name);
			fputs("\\fP", out);
		}
		if (one->place != PLACE_NEEDED)
			fputc(']', out);
	}
	fputc('\n', out);
}
