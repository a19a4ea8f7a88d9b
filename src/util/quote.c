/* SPDX-License-Identifier: EUPL-1.2 */
#include "quote.h"

#include <stdbool.h>
#include <string.h>

static const char safe[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,+@%";

/* A bare "--" means that the rest of the line is commands. */
static bool is_safe(const char *word)
{
	return *word && strspn(word, safe) == strlen(word) && strcmp(word, "--") != 0;
}

void quote_word(GString *out, const char *word)
{
	if (is_safe(word)) {
		g_string_append(out, word);
		return;
	}
	g_string_append_c(out, '"');
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *word);
	}
	g_string_append_c(out, '"');
}

void quote_words(GString *out, int n_words, char *const *words)
{
	for (int i = 0; i < n_words; i++) {
		if (i)
			g_string_append_c(out, ' ');
		quote_word(out, words[i]);
	}
}
