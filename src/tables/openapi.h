/* SPDX-License-Identifier: EUPL-1.2
 *
 * openapi: the HTTP API as an OpenAPI 3.1 document: a POST for every row of the table, and what the
 * doors for media and for machines take.
 */
#pragma once

#include <jansson.h>

/* A new object. */
json_t *openapi_document(void);

/* The same as text, as it is served and committed. free() it. */
char *openapi_text(void);
