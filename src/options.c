/* SPDX-License-Identifier: EUPL-1.2 */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "log.h"
#include "own_options.h"
#include "settings.h"

static bool set(struct settings *settings, const char *pair, GError **error)
{
	const char *equals = strchr(pair, '=');
	g_autofree char *name = equals ? g_strndup(pair, (gsize)(equals - pair)) : NULL;

	if (!equals)
		return fail(error, ERROR_USAGE, "--set \"%s\": it has to be NAME=VALUE", pair);
	return settings_set(settings, name, equals + 1, error);
}

struct words {
	const char *config, *show;
	GPtrArray *pairs;
	bool is_help, is_version, is_debug;
};

static const char **place_of(struct words *read, const char *word)
{
	if (strcmp(word, "--config") == 0)
		return &read->config;
	if (strcmp(word, "--show") == 0)
		return &read->show;
	return NULL;
}

static bool *flag_of(struct words *read, const char *word)
{
	if (strcmp(word, "--help") == 0)
		return &read->is_help;
	if (strcmp(word, "--version") == 0)
		return &read->is_version;
	if (strcmp(word, "--debug") == 0)
		return &read->is_debug;
	return NULL;
}

static bool read_words(struct words *read, int n_words, char **words, GError **error)
{
	for (int i = 1; i < n_words; i++) {
		const char **place = place_of(read, words[i]);
		bool *flag = flag_of(read, words[i]);
		bool is_pair = strcmp(words[i], "--set") == 0;

		if (flag) {
			*flag = true;
			continue;
		}
		if (!place && !is_pair)
			return fail(error, ERROR_USAGE, "\"%s\" is not understood (see --help)",
				    words[i]);
		if (i + 1 >= n_words)
			return fail(error, ERROR_USAGE, "%s needs a word after it (see --help)",
				    words[i]);
		if (is_pair)
			g_ptr_array_add(read->pairs, words[++i]);
		else
			*place = words[++i];
	}
	return true;
}

static bool apply(struct options *options, const struct words *read, GError **error)
{
	options->is_help = read->is_help || read->is_version;
	options->is_version = read->is_version;
	options->show_path = g_strdup(read->show);
	if (read->is_debug)
		log_set_level(LOG_DEBUG);
	if (read->config && !settings_read(options->settings, read->config, error))
		return false;
	for (guint i = 0; i < read->pairs->len; i++)
		if (!set(options->settings, read->pairs->pdata[i], error))
			return false;
	return settings_finish(options->settings, error);
}

bool options_read(struct options *options, int n_words, char **words, GError **error)
{
	struct words read = {.pairs = g_ptr_array_new()};

	options->settings = settings_create();
	bool is_read = read_words(&read, n_words, words, error) && apply(options, &read, error);

	g_ptr_array_unref(read.pairs);
	return is_read;
}

static void print_help(void)
{
	const struct own_option *option;

	puts("usage: twinstaged [OPTION...]\n\n"
	     "The hybrid-event server. It ends with SIGTERM or Ctrl-C.\n");
	for (int i = 0; (option = own_option("twinstaged", i)); i++) {
		g_autofree char *usage = g_strdup_printf("--%s %s", option->name, option->word);

		printf("  %-18s %s\n", usage, option->meaning);
	}
	puts("\nEvery setting: twinstaged(8) and twinstaged.conf.");
}

void options_print(const struct options *options)
{
	if (options->is_version)
		puts("twinstaged " TWINSTAGE_VERSION);
	else
		print_help();
}

void options_finish(struct options *options)
{
	settings_destroy(options->settings);
	g_free(options->show_path);
}
