/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "exchange.h"
#include "openapi.h"

#define MOST_BYTES (4 << 20)

struct page {
	const char *content_type;
	GBytes *bytes;
	char *etag;
};

struct pages {
	GHashTable *by_name; /* file name -> struct page */
};

static const struct {
	const char *ending, *content_type;
} types[] = {
	{".html", "text/html; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".svg", "image/svg+xml"},
	{".png", "image/png"},
};

static const char *type_of(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_str_has_suffix(name, types[i].ending))
			return types[i].content_type;
	return NULL;
}

static void free_page(void *data)
{
	struct page *page = data;

	g_bytes_unref(page->bytes);
	g_free(page->etag);
	g_free(page);
}

/* Takes the bytes. */
static void add_page(struct pages *pages, const char *name, const char *content_type, GBytes *bytes)
{
	g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	struct page *page = g_new0(struct page, 1);

	page->content_type = content_type;
	page->bytes = bytes;
	page->etag = g_strdup_printf("\"%.16s\"", sum);
	g_hash_table_insert(pages->by_name, g_strdup(name), page);
}

static bool read_page(struct pages *pages, const char *directory, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	GError *cause = NULL;
	char *text;
	gsize length;

	if (!type_of(name))
		return true;
	if (!g_file_get_contents(path, &text, &length, &cause)) {
		fail(error, ERROR_IO, "%s", cause->message);
		g_clear_error(&cause);
		return false;
	}
	add_page(pages, name, type_of(name), g_bytes_new_take(text, length));
	if (length <= MOST_BYTES)
		return true;
	return fail(error, ERROR_TOO_LARGE, "%s is larger than %d MiB", path, MOST_BYTES >> 20);
}

static bool read_directory(struct pages *pages, const char *directory, GError **error)
{
	GError *cause = NULL;
	GDir *dir = g_dir_open(directory, 0, &cause);
	bool is_read = dir != NULL;
	const char *name;

	if (!dir) {
		fail(error, ERROR_IO, "web_dir: %s", cause->message);
		g_clear_error(&cause);
		return false;
	}
	while (is_read && (name = g_dir_read_name(dir)))
		is_read = read_page(pages, directory, name, error);
	g_dir_close(dir);
	if (is_read && !g_hash_table_contains(pages->by_name, "watch.html"))
		is_read = fail(error, ERROR_IO, "web_dir %s holds no watch.html", directory);
	return is_read;
}

/* It comes from the table, not from a file, so it is never another server's. */
static void add_openapi(struct pages *pages)
{
	char *text = openapi_text();

	add_page(pages, PAGES_OPENAPI, "application/json",
		 g_bytes_new_with_free_func(text, strlen(text), free, text));
}

struct pages *pages_create(const char *directory, GError **error)
{
	struct pages *pages = g_new0(struct pages, 1);

	pages->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_page);
	if (!read_directory(pages, directory, error)) {
		pages_destroy(pages);
		return NULL;
	}
	add_openapi(pages);
	return pages;
}

void pages_destroy(struct pages *pages)
{
	if (!pages)
		return;
	g_hash_table_unref(pages->by_name);
	g_free(pages);
}

/* The file that a path shows; NULL if none does. */
static const char *name_of(const char *path)
{
	if (strcmp(path, "/watch") == 0)
		return "watch.html";
	if (strcmp(path, PAGES_OPENAPI) == 0)
		return PAGES_OPENAPI;
	if (strcmp(path, "/room") == 0)
		return "room.html";
	if (strcmp(path, "/crew") == 0)
		return "crew.html";
	if (g_str_has_prefix(path, "/speak/"))
		return "speak.html";
	if (strcmp(path, "/favicon.ico") == 0)
		return "icon.svg";
	if (g_str_has_prefix(path, "/web/"))
		return path + strlen("/web/");
	return NULL;
}

static void answer_page(const struct request *request, const struct page *page,
			struct answer *answer)
{
	answer->etag = g_strdup(page->etag);
	answer->is_cacheable = true;
	if (request->if_none_match && strstr(request->if_none_match, page->etag)) {
		answer->status = 304;
		return;
	}
	answer->status = 200;
	answer->content_type = page->content_type;
	answer->body = g_bytes_ref(page->bytes);
}

void pages_answer(const struct house *house, const struct request *request, struct answer *answer)
{
	const char *name = name_of(request->path);
	const struct page *page = name ? g_hash_table_lookup(house->pages->by_name, name) : NULL;
	bool is_home = strcmp(request->path, "/") == 0;

	if (!page && !is_home) {
		answer_text(answer, 404, "text/plain; charset=utf-8",
			    "There is no such page here. Viewers: /watch\n");
	} else if (request->method != METHOD_GET && request->method != METHOD_HEAD) {
		answer_not_allowed(answer, "GET, HEAD");
	} else if (is_home) {
		answer->status = 302;
		answer->location = g_strdup("/watch");
	} else {
		answer_page(request, page, answer);
	}
}
