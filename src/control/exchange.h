/* SPDX-License-Identifier: EUPL-1.2
 *
 * exchange: one HTTP request, whole, and its answer, as data. The doors on the network (route.h) turn
 * the one into the other without knowing the protocol that carries them; http.c carries them without
 * knowing what they mean.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXCHANGE_MAX_BODY (64 * 1024)

struct journal;
struct later;
struct pages;
struct saver;
struct show;
struct undo;

/* What the doors stand before. */
struct house {
	struct show *show;
	struct pages *pages;
	const char *crew_token;
	const char *base_url;
	struct journal *journal;
	struct saver *saver;
	struct undo *undo;
	struct later *later;
};

enum method {
	METHOD_OTHER,
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PATCH,
	METHOD_DELETE,
	METHOD_OPTIONS
};

struct request {
	enum method method;
	char *path;			/* percent-decoded, UTF-8, begins with '/' */
	char *bearer;			/* RFC 6750 2.1; NULL: none */
	char *content_type;		/* in lower case, without parameters; "" if there is none */
	char *if_match, *if_none_match; /* NULL: none */
	char *address;			/* the client's, without a port */
	GByteArray *body;  /* at most EXCHANGE_MAX_BODY, NUL-terminated beyond its length */
	bool is_too_large; /* there was more */
};

struct answer {
	int status;
	const char *content_type; /* NULL: no body */
	const char *allow;	  /* the methods, for 405 and OPTIONS; NULL: not said */
	char *location, *etag;	  /* g_free(); NULL: none */
	GBytes *body;		  /* NULL: none */
	uint64_t pending;	  /* not 0: the answer comes later, by this (later.h) */
	bool is_later;		  /* with 503: it may work soon (Retry-After) */
	bool is_open;		  /* pages of any origin may read it (CORS); for WHIP and WHEP */
	bool is_cacheable; /* a client may keep it if it asks each time whether it still holds */
};

/* Helpers of the doors. */
void answer_text(struct answer *answer, int status, const char *content_type, const char *text);

/* {"error": {"code": "NOT_FOUND", "message": ".."}} with the status of the error's kind. */
void answer_error(struct answer *answer, const GError *error);

/* What has come of something pending: {"done": text}, or the error. */
void answer_outcome(struct answer *answer, const char *text, const GError *error);
void answer_not_allowed(struct answer *answer, const char *allow);

/* Is this the crew's token? Takes the same time for any wrong one. */
bool token_is(const char *token, const char *wanted);

/* Whether it bears the crew's token; else ERROR_BAD_TOKEN. */
bool request_is_crew(const struct house *house, const struct request *request, GError **error);

void request_finish(struct request *request);
void answer_finish(struct answer *answer);
