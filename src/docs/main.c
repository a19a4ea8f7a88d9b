/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstage-docs DIRECTORY: writes below it everything that is made of the tables and committed.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "docs.h"
#include "openapi.h"

void docs_openapi(FILE *out)
{
	char *text = openapi_text();

	fprintf(out, "%s\n", text);
	free(text);
}

static const struct {
	const char *path;
	void (*write)(FILE *out);
} files[] = {
	{"docs/man/twinstage.1", docs_twinstage_1},
	{"docs/man/twinstaged.8", docs_twinstaged_8},
	{"docs/man/twinstage-show.5", docs_twinstage_show_5},
	{"docs/openapi.json", docs_openapi},
	{"completion/twinstage.bash", docs_bash},
	{"completion/_twinstage", docs_zsh},
	{"conf/twinstaged.conf", docs_conf},
};

static void make_directories(const char *path)
{
	char part[4096];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (*part)
			mkdir(part, 0777);
	}
}

static bool write_file(const char *directory, const char *path, void (*write)(FILE *out))
{
	char whole[4096];
	FILE *out;

	snprintf(whole, sizeof(whole), "%s/%s", directory, path);
	make_directories(whole);
	out = fopen(whole, "w");
	if (out)
		write(out);
	if (out && !ferror(out) && fclose(out) == 0)
		return true;
	fprintf(stderr, "twinstage-docs: %s: %s\n", whole, strerror(errno));
	return false;
}

int main(int n, char **words)
{
	bool is_good = true;

	if (n != 2) {
		fputs("usage: twinstage-docs DIRECTORY\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		is_good = write_file(words[1], files[i].path, files[i].write) && is_good;
	return is_good ? 0 : 1;
}
