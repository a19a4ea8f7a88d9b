/* SPDX-License-Identifier: EUPL-1.2 */
#include "ice.h"

#include <errno.h>
#include <glib.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>
#include <string.h>
#include <sys/random.h>

struct credentials {
	char *ufrag, *pwd;
	void *owner;
	unsigned generation;
};

struct ice {
	StunAgent agent;
	GHashTable *by_ufrag;
};

static const uint16_t known_attributes[] = {
	STUN_ATTRIBUTE_USERNAME,	STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
	STUN_ATTRIBUTE_PRIORITY,	STUN_ATTRIBUTE_USE_CANDIDATE,
	STUN_ATTRIBUTE_ICE_CONTROLLING, STUN_ATTRIBUTE_ICE_CONTROLLED,
	STUN_ATTRIBUTE_FINGERPRINT,	0,
};

/* RFC 8839 5.4's ice-chars, 64 of them. */
static void random_chars(char *out, int n)
{
	static const char chars[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
	uint8_t bytes[ICE_PWD_CHARS];

	while (getrandom(bytes, (size_t)n, 0) != n) {
		if (errno != EINTR)
			g_error("ice: the system has no random numbers");
	}
	for (int i = 0; i < n; i++)
		out[i] = chars[bytes[i] & 63];
	out[n] = '\0';
}

void ice_make_credentials(char letter, char ufrag[ICE_UFRAG_CHARS + 1], char pwd[ICE_PWD_CHARS + 1])
{
	random_chars(ufrag, ICE_UFRAG_CHARS);
	ufrag[0] = letter;
	random_chars(pwd, ICE_PWD_CHARS);
}

static void credentials_free(void *data)
{
	struct credentials *credentials = data;

	g_free(credentials->ufrag);
	g_free(credentials->pwd);
	g_free(credentials);
}

struct ice *ice_create(void)
{
	struct ice *ice = g_new0(struct ice, 1);

	stun_agent_init(&ice->agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
			STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
	ice->by_ufrag = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, credentials_free);
	return ice;
}

void ice_add(struct ice *ice, const char *ufrag, const char *pwd, void *owner, unsigned generation)
{
	struct credentials *credentials = g_new0(struct credentials, 1);

	credentials->ufrag = g_strdup(ufrag);
	credentials->pwd = g_strdup(pwd);
	credentials->owner = owner;
	credentials->generation = generation;
	g_hash_table_replace(ice->by_ufrag, credentials->ufrag, credentials);
}

void ice_remove(struct ice *ice, const char *ufrag)
{
	g_hash_table_remove(ice->by_ufrag, ufrag);
}

struct search {
	const struct ice *ice;
	const struct credentials *found;
};

/* USERNAME is "ours:theirs" (RFC 8445 7.2.2). */
static bool find_password(StunAgent *agent, StunMessage *message, uint8_t *username,
			  uint16_t username_length, uint8_t **password, size_t *password_length,
			  void *data)
{
	struct search *search = data;
	char ufrag[ICE_UFRAG_CHARS + 1] = "";

	(void)agent;
	(void)message;
	if (!username || username_length <= ICE_UFRAG_CHARS || username[ICE_UFRAG_CHARS] != ':')
		return false;
	memcpy(ufrag, username, ICE_UFRAG_CHARS);
	search->found = g_hash_table_lookup(search->ice->by_ufrag, ufrag);
	if (!search->found)
		return false;
	*password = (uint8_t *)search->found->pwd;
	*password_length = strlen(search->found->pwd);
	return true;
}

static void reply_error(struct ice *ice, StunMessage *request, StunError code,
			const struct credentials *signer, struct ice_check *check)
{
	StunMessage reply;

	if (!stun_agent_init_error(&ice->agent, &reply, check->reply, sizeof(check->reply), request,
				   code))
		return;
	check->reply_length = stun_agent_finish_message(
		&ice->agent, &reply, signer ? (const uint8_t *)signer->pwd : NULL,
		signer ? strlen(signer->pwd) : 0);
}

static void reply_unknown_attributes(struct ice *ice, StunMessage *request, struct ice_check *check)
{
	StunMessage reply;

	check->reply_length = stun_agent_build_unknown_attributes_error(
		&ice->agent, &reply, check->reply, sizeof(check->reply), request);
}

static void accept_check(struct ice *ice, StunMessage *request, const struct credentials *signer,
			 const struct sockaddr_storage *from, struct ice_check *check)
{
	StunMessage reply;
	size_t size = sizeof(check->reply);
	bool is_controlling = false;
	uint64_t tie;
	socklen_t from_size = from->ss_family == AF_INET ? sizeof(struct sockaddr_in)
							 : sizeof(struct sockaddr_in6);

	/* RFC 8445 6.1.1: beside a lite agent only the full one can control, so whoever says that
	 * it is controlled has to change, whatever the tie-breakers (7.3.1.1). */
	if (stun_message_find64(request, STUN_ATTRIBUTE_ICE_CONTROLLED, &tie) ==
	    STUN_MESSAGE_RETURN_SUCCESS) {
		reply_error(ice, request, STUN_ERROR_ROLE_CONFLICT, signer, check);
		return;
	}
	StunUsageIceReturn result = stun_usage_ice_conncheck_create_reply(
		&ice->agent, request, &reply, check->reply, &size, from, from_size, &is_controlling,
		0, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);

	check->reply_length = size;
	if (result != STUN_USAGE_ICE_RETURN_SUCCESS)
		return;
	check->is_authentic = true;
	check->is_nominating = stun_usage_ice_conncheck_use_candidate(request);
	check->owner = signer->owner;
	check->generation = signer->generation;
}

void ice_receive(struct ice *ice, const uint8_t *bytes, size_t length,
		 const struct sockaddr_storage *from, struct ice_check *check)
{
	struct search search = {.ice = ice};
	StunMessage request;

	memset(check, 0, offsetof(struct ice_check, reply));
	StunValidationStatus status =
		stun_agent_validate(&ice->agent, &request, bytes, length, find_password, &search);

	if (status == STUN_VALIDATION_NOT_STUN || status == STUN_VALIDATION_INCOMPLETE_STUN ||
	    status == STUN_VALIDATION_UNMATCHED_RESPONSE ||
	    stun_message_get_class(&request) != STUN_REQUEST ||
	    stun_message_get_method(&request) != STUN_BINDING)
		return;
	bool is_signed = search.found && (status == STUN_VALIDATION_SUCCESS ||
					  status == STUN_VALIDATION_UNKNOWN_REQUEST_ATTRIBUTE);

	if (is_signed && status == STUN_VALIDATION_SUCCESS)
		accept_check(ice, &request, search.found, from, check);
	else if (is_signed)
		reply_unknown_attributes(ice, &request, check);
	else if (status == STUN_VALIDATION_BAD_REQUEST)
		reply_error(ice, &request, STUN_ERROR_BAD_REQUEST, NULL, check);
	else
		reply_error(ice, &request, STUN_ERROR_UNAUTHORIZED, NULL, check);
	if (!is_signed && check->reply_length > length)
		check->reply_length = 0;
}

void ice_destroy(struct ice *ice)
{
	if (!ice)
		return;
	g_hash_table_destroy(ice->by_ufrag);
	g_free(ice);
}
