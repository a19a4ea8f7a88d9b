/* SPDX-License-Identifier: EUPL-1.2
 *
 * secrets: what the daemon keeps in its state directory for itself: the key that signs invites, the
 * crew's token, the certificate, and the lock that says that it is the only one there. Each is made
 * on the first start, mode 0600, and read on every further one.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct settings;

#define SECRETS_KEY_BYTES 32

struct secrets {
	uint8_t key[SECRETS_KEY_BYTES]; /* signs invites */
	char *crew_token;		/* for POST /v1 and WebSocket /v1/events */
	char *cert_path, *key_path;	/* PEM; the settings' or self-signed */
	int lock;			/* an open file, locked while the daemon lives */
};

/* Makes the directory if need be (0700). Fails if another daemon runs on it, or if what is there
 * cannot be read: nothing is ever overwritten, for a new key would end every invite. */
bool secrets_open(struct secrets *secrets, const struct settings *settings, GError **error);

void secrets_finish(struct secrets *secrets); /* zeroed or half-opened ones, too */
