/* SPDX-License-Identifier: EUPL-1.2
 *
 * options: the daemon's command line.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct settings;

struct options {
	struct settings *settings; /* complete */
	char *show_path;	   /* NULL: none */
	bool is_help;		   /* --help or --version: print and end */
	bool is_version;
};

/* Reads --config FILE, --set NAME=VALUE (over the file's, in any order), --show FILE, --debug,
 * --help and --version. ERROR_USAGE: an unknown word; else as settings.h. */
bool options_read(struct options *options, int n_words, char **words, GError **error);

/* Prints what --help or --version asked for. */
void options_print(const struct options *options);
void options_finish(struct options *options);
