/* SPDX-License-Identifier: EUPL-1.2 */
#include "parse.h"

#include <errno.h>
#include <string.h>

#include "duration.h"
#include "error.h"
#include "quote.h"
#include "source.h"
#include "suggest.h"
#include "types.h"

/* ---- lines ---- */

/* Reads one word from *at on (which is no blank) into `word`. Returns where a quote begins that
 * does not end; else NULL. */
static const char *read_word(const char **at, GString *word)
{
	const char *opened = NULL;
	char quote = 0;

	for (; **at && (quote || !g_ascii_isspace(**at)); (*at)++) {
		if (quote ? **at == quote : (**at == '"' || **at == '\'')) {
			quote = quote ? 0 : **at;
			opened = *at;
		} else if (**at == '\\' && quote != '\'' && (*at)[1]) {
			(*at)++;
			g_string_append_c(word, **at);
		} else {
			g_string_append_c(word, **at);
		}
	}
	return quote ? opened : NULL;
}

/* The column, from 1, of a place in a line. */
static int column_of(const char *text, const char *at)
{
	return (int)g_utf8_strlen(text, at - text) + 1;
}

static bool unclosed_quote(const char *text, const char *at, int *column, GError **error)
{
	*column = column_of(text, at);
	return fail(error, ERROR_USAGE, "a quote begins here and does not end");
}

/* Moves *at to the next word; false at the end or a comment. */
static bool to_word(const char **at)
{
	while (g_ascii_isspace(**at))
		(*at)++;
	return **at && **at != '#';
}

static bool is_rest(const char *at)
{
	return at[0] == '-' && at[1] == '-' && (!at[2] || g_ascii_isspace(at[2]));
}

/* Where the last word from `at` on ends; NULL: a quote, at *unclosed, does not. */
static const char *end_of_words(const char *at, const char **unclosed)
{
	const char *end = at;

	while (to_word(&at)) {
		g_autoptr(GString) word = g_string_new(NULL);

		*unclosed = read_word(&at, word);
		if (*unclosed)
			return NULL;
		end = at;
	}
	return end;
}

static void add_word(GPtrArray *words, GArray *columns, char *word, int column)
{
	g_ptr_array_add(words, word);
	g_array_append_val(columns, column);
}

/* What stands after a bare "--": one word, as it was written. Moves *at to the end. */
static bool take_rest(const char *text, const char **at, GPtrArray *words, GArray *columns,
		      int *column, GError **error)
{
	const char *unclosed, *end;

	add_word(words, columns, g_strdup("--"), column_of(text, *at));
	*at += 2;
	if (!to_word(at))
		return true;
	end = end_of_words(*at, &unclosed);
	if (!end)
		return unclosed_quote(text, unclosed, column, error);
	add_word(words, columns, g_strndup(*at, (gsize)(end - *at)), column_of(text, *at));
	*at = end;
	return true;
}

bool line_split(const char *text, struct line *line, int *column, GError **error)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(int));
	const char *at = text;

	while (to_word(&at)) {
		if (is_rest(at)) {
			if (!take_rest(text, &at, words, columns, column, error))
				return false;
			continue;
		}
		GString *word = g_string_new(NULL);
		int here = column_of(text, at);
		const char *unclosed = read_word(&at, word);

		add_word(words, columns, g_string_free(word, FALSE), here);
		if (unclosed)
			return unclosed_quote(text, unclosed, column, error);
	}
	line->n_words = (int)words->len;
	g_ptr_array_add(words, NULL);
	line->words = (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
	line->columns = (int *)(void *)g_array_free(g_steal_pointer(&columns), FALSE);
	return true;
}

void line_finish(struct line *line)
{
	g_strfreev(line->words);
	g_free(line->columns);
	*line = (struct line){0};
}

/* Where the command that begins at `at` ends: at a ; outside quotes, a comment, or the end. */
static const char *end_of_command(const char *at)
{
	char quote = 0, before = ' ';

	for (; *at; before = *at++) {
		if (quote) {
			if (*at == '\\' && quote == '"' && at[1])
				at++;
			else if (*at == quote)
				quote = 0;
		} else if (*at == ';' || (*at == '#' && g_ascii_isspace(before))) {
			break;
		} else if (*at == '"' || *at == '\'') {
			quote = *at;
		} else if (*at == '\\' && at[1]) {
			at++;
		}
	}
	return at;
}

static void finish_line(gpointer line)
{
	line_finish(line);
}

/* Appends what is between ; and ;. */
static bool split_all(const char *text, GArray *commands, int *column, GError **error)
{
	for (const char *at = text, *end;; at = end + 1) {
		end = end_of_command(at);
		g_autofree char *one = g_strndup(at, (gsize)(end - at));
		struct line line;

		if (!line_split(one, &line, column, error)) {
			*column += column_of(text, at) - 1;
			return false;
		}
		for (int i = 0; i < line.n_words; i++)
			line.columns[i] += column_of(text, at) - 1;
		if (line.n_words)
			g_array_append_val(commands, line);
		else
			line_finish(&line);
		if (*end != ';')
			return true;
	}
}

/* All of it in quotes, as another shell would want it; no command has a blank in its first word. */
static bool is_quoted(const GArray *commands)
{
	const struct line *line =
		commands->len == 1 ? &g_array_index(commands, struct line, 0) : NULL;

	return line && line->n_words == 1 && strpbrk(line->words[0], " \t;");
}

GArray *commands_split(const char *text, int *column, GError **error)
{
	g_autoptr(GArray) commands = g_array_new(FALSE, FALSE, sizeof(struct line));

	g_array_set_clear_func(commands, finish_line);
	if (!split_all(text, commands, column, error))
		return NULL;
	if (is_quoted(commands)) {
		g_autofree char *inner = g_strdup(g_array_index(commands, struct line, 0).words[0]);

		g_array_set_size(commands, 0);
		if (!split_all(inner, commands, column, error))
			return NULL;
	}
	if (commands->len)
		return g_steal_pointer(&commands);
	*column = 1;
	fail(error, ERROR_USAGE, "there is no command");
	return NULL;
}

void words_join(GString *out, int n_words, char *const *words)
{
	if (n_words == 1) {
		g_string_append(out, words[0]);
		return;
	}
	for (int i = 0; i < n_words; i++) {
		bool is_separator = strcmp(words[i], ";") == 0;

		if (i && !is_separator)
			g_string_append_c(out, ' ');
		if (is_separator)
			g_string_append_c(out, ';');
		else
			quote_word(out, words[i]);
	}
}

/* ---- closed vocabularies ---- */

static bool parse_word(const struct argument *argument, const char *word, struct value *value,
		       GError **error)
{
	const struct word *words = type_words(argument->type);
	const char *texts[32];
	int n = 0;
	g_autoptr(GString) have = g_string_new(NULL);

	for (; words[n].text; n++) {
		if (strcmp(words[n].text, word) == 0) {
			value->number = words[n].code;
			return true;
		}
		texts[n] = words[n].text;
		g_string_append_printf(have, "%s%s", n ? ", " : "", words[n].text);
	}
	const char *nearest = suggest_nearest(word, texts, n);

	if (nearest)
		return fail(error, ERROR_USAGE, "%s: no \"%s\" (did you mean %s? have: %s)",
			    argument->name, word, nearest, have->str);
	return fail(error, ERROR_USAGE, "%s: no \"%s\" (have: %s)", argument->name, word,
		    have->str);
}

/* ---- numbers ---- */

static bool parse_int(const struct argument *argument, const char *word, struct value *value,
		      GError **error)
{
	char *end;

	errno = 0;
	value->number = g_ascii_strtoll(word, &end, 10);
	if (end == word || *end || errno)
		return fail(error, ERROR_USAGE, "%s: \"%s\" is no whole number", argument->name,
			    word);
	return true;
}

static bool parse_gain(const struct argument *argument, const char *word, struct value *value,
		       GError **error)
{
	char *end;

	value->gain_db = g_ascii_strtod(word, &end);
	if (strcmp(word, "off") == 0) {
		value->gain_db = GAIN_SILENCE_DB;
		return true;
	}
	if (end == word || (*end && g_ascii_strcasecmp(end, "dB") != 0))
		return fail(error, ERROR_USAGE, "%s: \"%s\" is no level (as -6dB, +3dB, or off)",
			    argument->name, word);
	if (!(value->gain_db >= -60 && value->gain_db <= 12))
		return fail(error, ERROR_USAGE, "%s: %s is outside -60dB to +12dB (off is silence)",
			    argument->name, word);
	return true;
}

static bool parse_duration(const struct argument *argument, const char *word, struct value *value,
			   GError **error)
{
	if (duration_parse(word, &value->number))
		return true;
	return fail(error, ERROR_USAGE, "%s: \"%s\" is no length of time (as 500ms, 2s, 90m, 12h)",
		    argument->name, word);
}

static bool parse_time(const struct argument *argument, const char *word, struct value *value,
		       GError **error)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(word, NULL);

	if (!time)
		return fail(error, ERROR_USAGE, "%s: \"%s\" is no moment (as 2030-05-01T20:00:00Z)",
			    argument->name, word);
	value->number = g_date_time_to_unix(time);
	return true;
}

static bool parse_colour(const struct argument *argument, const char *word, struct value *value,
			 GError **error)
{
	if (*word != '#' || strlen(word) != 7 || strspn(word + 1, "0123456789abcdefABCDEF") != 6)
		return fail(error, ERROR_USAGE, "%s: \"%s\" is no colour (as #101820)",
			    argument->name, word);
	value->number = (int64_t)g_ascii_strtoull(word + 1, NULL, 16);
	return true;
}

static bool parse_rect(const struct argument *argument, const char *word, struct value *value,
		       GError **error)
{
	const char *at = word;
	char *end;

	for (int i = 0; i < 4; i++) {
		value->rect[i] = g_ascii_strtod(at, &end);
		if (end == at || *end != (i < 3 ? ',' : '\0') ||
		    !(value->rect[i] >= 0 && value->rect[i] <= 100))
			return fail(error, ERROR_USAGE,
				    "%s: \"%s\" is no place (x,y,width,height in per cent, as "
				    "60,60,35,35)",
				    argument->name, word);
		at = end + 1;
	}
	return true;
}

/* ---- any ---- */

static bool parse_text(const struct argument *argument, const char *word, GError **error)
{
	if (!g_utf8_validate(word, -1, NULL))
		return fail(error, ERROR_USAGE, "%s: not UTF-8", argument->name);
	if (!*word)
		return fail(error, ERROR_USAGE, "%s: empty", argument->name);
	if (strlen(word) > 4096)
		return fail(error, ERROR_USAGE, "%s: longer than 4096 bytes", argument->name);
	/* A line's end in a word would end the line of the show file that it is written to, and
	 * U+009B begins what a terminal obeys. */
	for (const char *at = word; *at; at = g_utf8_next_char(at))
		if (g_unichar_iscntrl(g_utf8_get_char(at)))
			return fail(error, ERROR_USAGE, "%s: holds a control character",
				    argument->name);
	return true;
}

bool value_parse(const struct argument *argument, const char *word, struct value *value,
		 GError **error)
{
	*value = (struct value){.is_set = true, .text = word};
	if (!parse_text(argument, word, error))
		return false;
	if (type_words(argument->type))
		return parse_word(argument, word, value, error);
	switch (argument->type) {
	case TYPE_INT:
		return parse_int(argument, word, value, error);
	case TYPE_GAIN:
		return parse_gain(argument, word, value, error);
	case TYPE_DURATION:
		return parse_duration(argument, word, value, error);
	case TYPE_TIME:
		return parse_time(argument, word, value, error);
	case TYPE_COLOUR:
		return parse_colour(argument, word, value, error);
	case TYPE_RECT:
		return parse_rect(argument, word, value, error);
	default:
		return true;
	}
}
