/* SPDX-License-Identifier: EUPL-1.2
 *
 * ice: the answering half of ICE-lite (RFC 8445 2.5, 7.3): connectivity checks in, answers out. It
 * holds the credentials of all peers of a worker and knows nothing of sockets.
 *
 * A check that is not authentic changes nothing, and one that is not signed with credentials of
 * ours is never answered with more bytes than it has. Thread: the worker.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ICE_UFRAG_CHARS 8
#define ICE_PWD_CHARS	24

struct ice;

/* What came of one datagram. */
struct ice_check {
	bool is_authentic;  /* signed with the credentials of `owner`, and in the right role */
	bool is_nominating; /* and with USE-CANDIDATE (RFC 8445 7.3.1.5) */
	void *owner;
	unsigned generation; /* of the credentials that it was signed with */
	size_t reply_length; /* 0: answer nothing */
	uint8_t reply[512];
};

/* Random credentials from the system's generator, NUL-terminated; the ufrag begins with `letter`
 * (steer.h). Any thread. */
void ice_make_credentials(char letter, char ufrag[ICE_UFRAG_CHARS + 1],
			  char pwd[ICE_PWD_CHARS + 1]);

struct ice *ice_create(void);

/* From now on checks for `ufrag` belong to `owner`. Copies both strings. */
void ice_add(struct ice *ice, const char *ufrag, const char *pwd, void *owner, unsigned generation);
void ice_remove(struct ice *ice, const char *ufrag);

/* One datagram that begins like STUN (first byte 0 to 3). */
void ice_receive(struct ice *ice, const uint8_t *bytes, size_t length,
		 const struct sockaddr_storage *from, struct ice_check *check);

/* NULL is allowed. */
void ice_destroy(struct ice *ice);
