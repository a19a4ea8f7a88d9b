/* SPDX-License-Identifier: EUPL-1.2
 *
 * pages: the files of the web pages, read once at start (so no disk is ever waited for):
 *
 *   /watch  /room  /speak/TOKEN      watch.html, room.html, speak.html
 *   /web/NAME                        the others, as they are called
 *   /v1/openapi.json                 the API's description (src/tables/openapi.h); it holds no secret, so it needs no token
 */
#pragma once

#include <glib.h>

#define PAGES_OPENAPI "/v1/openapi.json"

struct answer;
struct house;
struct pages;
struct request;

/* Reads a folder's .html, .css, .js, .svg and .png. Fails if there is no watch.html. */
struct pages *pages_create(const char *directory, GError **error);
void pages_answer(const struct house *house, const struct request *request, struct answer *answer);
void pages_destroy(struct pages *pages); /* NULL is allowed */
