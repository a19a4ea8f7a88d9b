/* SPDX-License-Identifier: EUPL-1.2 */
#include "client.h"

#include <arpa/inet.h>
#include <glib.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <srtp2/srtp.h>
#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK_EVERY_US 20000
#define TIE_BREAKER    UINT64_C(0x1122334455667788)

struct client {
	struct client_options options;
	int fd;
	int family;
	char address[64];
	struct sockaddr_storage server;
	socklen_t server_size;
	char ufrag[16], pwd[32], server_ufrag[64], server_pwd[64];
	StunAgent stun;
	int n_answers, last_error;
	int64_t checked_us;
	SSL_CTX *context;
	SSL *ssl;
	BIO *in, *out;
	bool is_up, is_closed, is_gcm;
	srtp_t sender, receiver;
	uint32_t video_ssrc, rtx_ssrc;
	char *offer, *fragment;
};

static void make_credentials(struct client *client)
{
	g_snprintf(client->ufrag, sizeof(client->ufrag), "c%07x", g_random_int() & 0xfffffff);
	g_snprintf(client->pwd, sizeof(client->pwd), "%08x%08x%08x", g_random_int(), g_random_int(),
		   g_random_int());
}

static void open_socket(struct client *client)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	bool is_v4 = inet_pton(AF_INET, client->address, &v4.sin_addr) == 1;

	client->family = is_v4 ? AF_INET : AF_INET6;
	client->fd = socket(client->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (!is_v4)
		inet_pton(AF_INET6, client->address, &v6.sin6_addr);
	g_assert(client->fd >= 0);
	g_assert(bind(client->fd, is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
		      is_v4 ? sizeof(v4) : sizeof(v6)) == 0);
}

/* The fingerprint decides; the server's certificate is as self-signed as ours. */
static int accept_any(int is_good, X509_STORE_CTX *store)
{
	(void)is_good;
	(void)store;
	return 1;
}

static void make_identity(struct client *client, char fingerprint[96])
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	uint8_t digest[EVP_MAX_MD_SIZE];

	X509_set_version(certificate, 2);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
	X509_set_pubkey(certificate, key);
	X509_sign(certificate, key, EVP_sha256());
	X509_digest(certificate, EVP_sha256(), digest, NULL);
	for (int i = 0; i < 32; i++)
		g_snprintf(fingerprint + i * 3, 4, i < 31 ? "%02x:" : "%02x", digest[i]);
	client->context = SSL_CTX_new(DTLS_client_method());
	SSL_CTX_use_certificate(client->context, certificate);
	SSL_CTX_use_PrivateKey(client->context, key);
	SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, accept_any);
	SSL_CTX_set_options(client->context, SSL_OP_NO_QUERY_MTU);
	SSL_CTX_set_tlsext_use_srtp(client->context,
				    client->options.wants_cm_only
					    ? "SRTP_AES128_CM_SHA1_80"
					    : "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80");
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static unsigned next_timeout(SSL *ssl, unsigned last_us)
{
	(void)ssl;
	return last_us ? MIN(last_us * 2, 1000000) : 150000;
}

/* Memory BIOs, fed with a datagram at a time. */
static void make_ssl(struct client *client)
{
	client->ssl = SSL_new(client->context);
	client->in = BIO_new(BIO_s_mem());
	client->out = BIO_new(BIO_s_mem());
	BIO_set_mem_eof_return(client->in, -1);
	SSL_set_bio(client->ssl, client->in, client->out);
	SSL_set_mtu(client->ssl, 1200);
	SSL_set_connect_state(client->ssl);
	DTLS_set_timer_cb(client->ssl, next_timeout);
}

static void write_video(GString *offer, const struct client_options *options)
{
	g_string_append_printf(offer,
			       "a=rtpmap:%d H264/90000\r\na=rtcp-fb:%d nack\r\n"
			       "a=rtcp-fb:%d nack pli\r\na=rtcp-fb:%d transport-cc\r\n"
			       "a=fmtp:%d level-asymmetry-allowed=1;packetization-mode=1;"
			       "profile-level-id=42e01f\r\n",
			       options->video_pt, options->video_pt, options->video_pt,
			       options->video_pt, options->video_pt);
	if (options->rtx_pt)
		g_string_append_printf(offer, "a=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d\r\n",
				       options->rtx_pt, options->rtx_pt, options->video_pt);
	if (options->playout_id)
		g_string_append_printf(
			offer,
			"a=extmap:%d "
			"http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n",
			options->playout_id);
}

static void write_media(GString *offer, const struct client *client, bool is_video,
			const char *fingerprint)
{
	const struct client_options *options = &client->options;

	if (is_video)
		g_string_append_printf(offer, "m=video 9 UDP/TLS/RTP/SAVPF %d", options->video_pt);
	else
		g_string_append_printf(offer, "m=audio 9 UDP/TLS/RTP/SAVPF %d", options->audio_pt);
	if (is_video && options->rtx_pt)
		g_string_append_printf(offer, " %d", options->rtx_pt);
	g_string_append_printf(offer,
			       "\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
			       "a=fingerprint:sha-256 %s\r\na=setup:actpass\r\na=mid:%d\r\n"
			       "a=%s\r\na=rtcp-mux\r\na=rtcp-rsize\r\n",
			       client->ufrag, client->pwd, fingerprint, is_video ? 0 : 1,
			       options->use == CLIENT_PLAY ? "recvonly" : "sendonly");
	if (options->twcc_id)
		g_string_append_printf(offer,
				       "a=extmap:%d http://www.ietf.org/id/"
				       "draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n",
				       options->twcc_id);
	if (is_video)
		write_video(offer, options);
	else
		g_string_append_printf(offer, "a=rtpmap:%d opus/48000/2\r\n", options->audio_pt);
}

static char *make_offer(const struct client *client, const char *fingerprint)
{
	GString *offer = g_string_new("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
				      "a=group:BUNDLE 0 1\r\n");

	if (client->options.video_pt)
		write_media(offer, client, true, fingerprint);
	if (client->options.audio_pt)
		write_media(offer, client, false, fingerprint);
	return g_string_free(offer, false);
}

static void start_srtp(void)
{
	static gsize is_started;

	if (g_once_init_enter(&is_started)) {
		srtp_init();
		g_once_init_leave(&is_started, 1);
	}
}

struct client *client_create(const struct client_options *options, const char *address)
{
	static const uint16_t known[] = {
		STUN_ATTRIBUTE_USERNAME,	   STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
		STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, STUN_ATTRIBUTE_ERROR_CODE,
		STUN_ATTRIBUTE_FINGERPRINT,	   STUN_ATTRIBUTE_PRIORITY,
		STUN_ATTRIBUTE_USE_CANDIDATE,	   STUN_ATTRIBUTE_ICE_CONTROLLED,
		STUN_ATTRIBUTE_ICE_CONTROLLING,	   0};
	struct client *client = g_new0(struct client, 1);
	char fingerprint[96];

	client->options = *options;
	g_strlcpy(client->address, address, sizeof(client->address));
	start_srtp();
	open_socket(client);
	make_credentials(client);
	make_identity(client, fingerprint);
	if (options->has_wrong_fingerprint)
		fingerprint[0] = fingerprint[0] == 'a' ? 'b' : 'a';
	make_ssl(client);
	stun_agent_init(&client->stun, known, STUN_COMPATIBILITY_RFC5389,
			STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
	client->offer = make_offer(client, fingerprint);
	return client;
}

const char *client_offer(const struct client *client)
{
	return client->offer;
}

static bool find_line(const char *text, const char *start, char *out, size_t size)
{
	const char *at = strstr(text, start);

	if (!at)
		return false;
	at += strlen(start);
	g_strlcpy(out, at, MIN(size, strcspn(at, " \r\n") + 1));
	return true;
}

static bool take_candidate(struct client *client, const char *answer)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&client->server;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&client->server;
	const char *line = strstr(answer, "a=candidate:");
	char **words = line ? g_strsplit(line, " ", 7) : NULL;
	bool is_good = words && g_strv_length(words) == 7;

	memset(&client->server, 0, sizeof(client->server));
	if (is_good && client->family == AF_INET) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)atoi(words[5]));
		inet_pton(AF_INET, client->address, &v4->sin_addr);
		client->server_size = sizeof(*v4);
	} else if (is_good) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)atoi(words[5]));
		inet_pton(AF_INET6, client->address, &v6->sin6_addr);
		client->server_size = sizeof(*v6);
	}
	g_strfreev(words);
	return is_good;
}

bool client_take_answer(struct client *client, const char *answer)
{
	const char *group = strstr(answer, "a=ssrc-group:FID ");
	const char *video = strstr(answer, "m=video");
	const char *ssrc = video ? strstr(video, "a=ssrc:") : NULL;

	if (group) {
		char *end = NULL;

		client->video_ssrc =
			(uint32_t)strtoul(group + strlen("a=ssrc-group:FID "), &end, 10);
		client->rtx_ssrc = (uint32_t)strtoul(end, NULL, 10);
	} else if (ssrc) {
		client->video_ssrc = (uint32_t)strtoul(ssrc + strlen("a=ssrc:"), NULL, 10);
	}
	return find_line(answer, "a=ice-ufrag:", client->server_ufrag,
			 sizeof(client->server_ufrag)) &&
	       find_line(answer, "a=ice-pwd:", client->server_pwd, sizeof(client->server_pwd)) &&
	       take_candidate(client, answer);
}

const char *client_server_ufrag(const struct client *client)
{
	return client->server_ufrag;
}

uint32_t client_video_ssrc(const struct client *client)
{
	return client->video_ssrc;
}

uint32_t client_rtx_ssrc(const struct client *client)
{
	return client->rtx_ssrc;
}

const char *client_restart(struct client *client)
{
	make_credentials(client);
	g_free(client->fragment);
	client->fragment = g_strdup_printf("a=group:BUNDLE 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 0\r\n"
					   "a=mid:0\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\n",
					   client->ufrag, client->pwd);
	return client->fragment;
}

void client_rebind(struct client *client)
{
	close(client->fd);
	open_socket(client);
}

void client_send_raw(struct client *client, const void *bytes, size_t length)
{
	/* A full buffer drops it, as the net may. */
	if (sendto(client->fd, bytes, length, MSG_NOSIGNAL, (struct sockaddr *)&client->server,
		   client->server_size) < 0)
		return;
}

void client_send_check(struct client *client)
{
	StunMessage message;
	uint8_t bytes[512];
	char *username = g_strdup_printf("%s:%s", client->server_ufrag, client->ufrag);
	StunTransactionId id;
	size_t length = stun_usage_ice_conncheck_create(
		&client->stun, &message, bytes, sizeof(bytes), (uint8_t *)username,
		strlen(username), (uint8_t *)client->server_pwd, strlen(client->server_pwd), true,
		true, 1845501695, TIE_BREAKER, NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);

	/* The agent remembers what it asked until it is answered, some 200 at most. */
	if (length == 0) {
		stun_message_id(&message, id);
		stun_agent_forget_transaction(&client->stun, id);
	}
	client_send_raw(client, bytes, length);
	g_free(username);
}

static bool find_own_password(StunAgent *agent, StunMessage *message, uint8_t *username,
			      uint16_t username_length, uint8_t **password, size_t *password_length,
			      void *data)
{
	struct client *client = data;

	(void)agent;
	(void)message;
	(void)username;
	(void)username_length;
	*password = (uint8_t *)client->pwd;
	*password_length = strlen(client->pwd);
	return true;
}

/* A server that is not lite checks, too (RFC 8445 7.3). */
static void answer_check(struct client *client, StunMessage *request)
{
	StunMessage reply;
	uint8_t bytes[512];
	size_t size = sizeof(bytes);
	bool is_controlling = true;

	if (stun_usage_ice_conncheck_create_reply(
		    &client->stun, request, &reply, bytes, &size, &client->server,
		    client->server_size, &is_controlling, TIE_BREAKER,
		    STUN_USAGE_ICE_COMPATIBILITY_RFC5245) == STUN_USAGE_ICE_RETURN_SUCCESS)
		client_send_raw(client, bytes, size);
}

static void read_stun(struct client *client, const uint8_t *bytes, size_t length)
{
	StunMessage message;
	StunValidationStatus status = stun_agent_validate(&client->stun, &message, bytes, length,
							  find_own_password, client);
	int code = 0;

	if (status == STUN_VALIDATION_NOT_STUN || status == STUN_VALIDATION_INCOMPLETE_STUN)
		return;
	if (stun_message_get_class(&message) == STUN_ERROR) {
		if (stun_message_find_error(&message, &code) == STUN_MESSAGE_RETURN_SUCCESS)
			client->last_error = code;
	} else if (status == STUN_VALIDATION_SUCCESS &&
		   stun_message_get_class(&message) == STUN_RESPONSE) {
		client->n_answers++;
	} else if (status == STUN_VALIDATION_SUCCESS &&
		   stun_message_get_class(&message) == STUN_REQUEST) {
		answer_check(client, &message);
	}
}

static void flush_records(struct client *client)
{
	uint8_t bytes[4096];
	int length = BIO_read(client->out, bytes, sizeof(bytes));

	/* Records stand behind each other in the BIO; each goes as a datagram of its own. */
	for (int at = 0; at + 13 <= length;) {
		int size = 13 + (bytes[at + 11] << 8 | bytes[at + 12]);

		if (at + size > length)
			break;
		client_send_raw(client, bytes + at, (size_t)size);
		at += size;
	}
}

static void make_session(srtp_t *session, const uint8_t *key, bool is_gcm, bool is_out)
{
	srtp_policy_t policy = {
		.ssrc.type = is_out ? ssrc_any_outbound : ssrc_any_inbound,
		.key = (uint8_t *)(uintptr_t)key,
		.window_size = 1024,
		.allow_repeat_tx = 1,
	};

	if (is_gcm) {
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
	} else {
		srtp_crypto_policy_set_rtp_default(&policy.rtp);
		srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
	}
	g_assert(srtp_create(session, &policy) == srtp_err_status_ok);
}

static void take_keys(struct client *client)
{
	const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(client->ssl);
	uint8_t raw[60], own[30], theirs[30];

	if (!profile)
		return;
	client->is_gcm = profile->id == SRTP_AEAD_AES_128_GCM;
	size_t salt = client->is_gcm ? 12 : 14;

	SSL_export_keying_material(client->ssl, raw, 2 * (16 + salt), "EXTRACTOR-dtls_srtp", 19,
				   NULL, 0, 0);
	memcpy(own, raw, 16);
	memcpy(theirs, raw + 16, 16);
	memcpy(own + 16, raw + 32, salt);
	memcpy(theirs + 16, raw + 32 + salt, salt);
	make_session(&client->sender, own, client->is_gcm, true);
	make_session(&client->receiver, theirs, client->is_gcm, false);
	client->is_up = true;
}

static void shake_hands(struct client *client)
{
	if (!client->is_up && SSL_do_handshake(client->ssl) == 1)
		take_keys(client);
	flush_records(client);
	ERR_clear_error();
}

static void read_record(struct client *client, const uint8_t *bytes, size_t length)
{
	uint8_t ignored[2048];

	BIO_write(client->in, bytes, (int)length);
	shake_hands(client);
	if (client->is_up)
		SSL_read(client->ssl, ignored, sizeof(ignored));
	if (SSL_get_shutdown(client->ssl) & SSL_RECEIVED_SHUTDOWN)
		client->is_closed = true;
	ERR_clear_error();
}

bool client_open(struct client *client, struct client_packet *packet)
{
	int size = (int)packet->length;
	bool is_good;

	if (!client->is_up)
		return false;
	packet->is_rtcp = packet->bytes[1] >= 192 && packet->bytes[1] <= 223;
	if (packet->is_rtcp)
		is_good = srtp_unprotect_rtcp(client->receiver, packet->bytes, &size) ==
			  srtp_err_status_ok;
	else
		is_good = srtp_unprotect(client->receiver, packet->bytes, &size) ==
			  srtp_err_status_ok;
	packet->length = (size_t)size;
	return is_good;
}

bool client_take(struct client *client, const uint8_t *bytes, size_t length)
{
	if (length < 2 || bytes[0] >= 192)
		return false;
	if (bytes[0] <= 3)
		read_stun(client, bytes, length);
	else if (bytes[0] >= 20 && bytes[0] <= 63)
		read_record(client, bytes, length);
	return bytes[0] >= 128;
}

int client_fd(const struct client *client)
{
	return client->fd;
}

/* One datagram, if any waits. True if it was media. */
static bool read_datagram(struct client *client, struct client_packet *packet, bool *is_empty)
{
	ssize_t length = recv(client->fd, packet->bytes, sizeof(packet->bytes), 0);

	*is_empty = length <= 0;
	if (*is_empty)
		return false;
	packet->length = (size_t)length;
	return client_take(client, packet->bytes, packet->length) && client_open(client, packet);
}

bool client_receive(struct client *client, struct client_packet *packet, int timeout_ms)
{
	int64_t deadline = g_get_monotonic_time() + (int64_t)timeout_ms * 1000;

	for (;;) {
		int64_t left = deadline - g_get_monotonic_time();
		struct pollfd fd = {.fd = client->fd, .events = POLLIN};
		bool is_empty;

		if (read_datagram(client, packet, &is_empty))
			return true;
		if (!is_empty)
			continue;
		if (left <= 0)
			return false;
		poll(&fd, 1, (int)(left / 1000) + 1);
	}
}

void client_step(struct client *client)
{
	int64_t now = g_get_monotonic_time();

	if (client->is_up || client->is_closed)
		return;
	if (client->n_answers == 0) {
		if (now - client->checked_us > CHECK_EVERY_US) {
			client_send_check(client);
			client->checked_us = now;
		}
		return;
	}
	shake_hands(client);
	DTLSv1_handle_timeout(client->ssl);
	flush_records(client);
}

void client_send_hello(struct client *client)
{
	shake_hands(client);
}

int client_count_datagrams(struct client *client)
{
	uint8_t bytes[2048];
	int n = 0;

	while (recv(client->fd, bytes, sizeof(bytes), 0) >= 0)
		n++;
	return n;
}

bool client_connect(struct client *client, int timeout_ms)
{
	int64_t deadline = g_get_monotonic_time() + (int64_t)timeout_ms * 1000;
	struct client_packet packet;

	while (!client->is_up && !client->is_closed && g_get_monotonic_time() < deadline) {
		client_step(client);
		client_receive(client, &packet, 5);
	}
	return client->is_up;
}

bool client_is_up(const struct client *client)
{
	return client->is_up;
}

bool client_is_closed(const struct client *client)
{
	return client->is_closed;
}

bool client_has_gcm(const struct client *client)
{
	return client->is_gcm;
}

int client_n_answers(const struct client *client)
{
	return client->n_answers;
}

int client_last_error(const struct client *client)
{
	return client->last_error;
}

static bool send_protected(struct client *client, const uint8_t *bytes, size_t length, bool is_rtcp)
{
	uint8_t copy[1500 + SRTP_MAX_TRAILER_LEN + 4];
	int size = (int)length;
	srtp_err_status_t status;

	if (!client->is_up || length > 1500)
		return false;
	memcpy(copy, bytes, length);
	status = is_rtcp ? srtp_protect_rtcp(client->sender, copy, &size)
			 : srtp_protect(client->sender, copy, &size);
	if (status == srtp_err_status_ok)
		client_send_raw(client, copy, (size_t)size);
	return status == srtp_err_status_ok;
}

bool client_send_rtp(struct client *client, const uint8_t *bytes, size_t length)
{
	return send_protected(client, bytes, length, false);
}

bool client_send_rtcp(struct client *client, const uint8_t *bytes, size_t length)
{
	return send_protected(client, bytes, length, true);
}

void client_leave(struct client *client)
{
	SSL_shutdown(client->ssl);
	flush_records(client);
}

void client_destroy(struct client *client)
{
	if (!client)
		return;
	close(client->fd);
	SSL_free(client->ssl);
	SSL_CTX_free(client->context);
	if (client->sender)
		srtp_dealloc(client->sender);
	if (client->receiver)
		srtp_dealloc(client->receiver);
	g_free(client->offer);
	g_free(client->fragment);
	g_free(client);
}
