/* SPDX-License-Identifier: EUPL-1.2
 *
 *   handshake --> [libsrt's thread: let in with its source's key, or refused with a code] --> accept, or it never comes: a wrong key
 *
 * A caller is judged in the listen callback, before the handshake is complete: that is where the passphrase of its source is set and where a
 * refusal reaches the caller with its code. The callback is all that a flood of callers costs: a look-up, and a note for the first few.
 */
#include <arpa/inet.h>
#include <srt/access_control.h>
#include <string.h>

#include "clock.h"
#include "handoff.h"
#include "mailbox.h"
#include "ring.h"
#include "slot.h"
#include "srt_private.h"
#include "stream_id.h"

#define REFUSALS_A_SECOND 8
#define MOST_CALLS	  64
#define CALL_NS		  (5 * NS_PER_S)

struct call {
	SRTSOCKET socket;
	char peer[64], name[64];
	bool has_key; /* one is expected */
	int64_t at_ns;
};

/* ---- who may call ---- */

void srt_source_hold(struct srt_source *source)
{
	source->stream_id = g_strdup(source->stream_id);
	source->passphrase = g_strdup(source->passphrase ? source->passphrase : "");
	slot_ref(source->picture);
	ring_ref(source->sound);
}

void srt_source_let_go(struct srt_source *source)
{
	g_free((char *)(uintptr_t)source->stream_id);
	g_free((char *)(uintptr_t)source->passphrase);
	slot_unref(source->picture);
	ring_unref(source->sound);
}

struct srt_list *srt_list_create(const struct srt_source *sources, int n)
{
	struct srt_list *list = g_new0(struct srt_list, 1);

	list->n = MIN(n, SRT_MOST_SOURCES);
	for (int i = 0; i < list->n; i++) {
		list->sources[i] = sources[i];
		srt_source_hold(&list->sources[i]);
	}
	return list;
}

void srt_list_free(void *object)
{
	struct srt_list *list = object;

	for (int i = 0; i < list->n; i++)
		srt_source_let_go(&list->sources[i]);
	g_free(list);
}

const struct srt_source *srt_list_find(const struct srt_list *list, const char *stream_id)
{
	for (int i = 0; list && i < list->n; i++)
		if (strcmp(list->sources[i].stream_id, stream_id) == 0)
			return &list->sources[i];
	return NULL;
}

const struct srt_source *srt_list_find_id(const struct srt_list *list, uint64_t source_id)
{
	for (int i = 0; list && i < list->n; i++)
		if (list->sources[i].source_id == source_id)
			return &list->sources[i];
	return NULL;
}

/* ---- judging (libsrt's threads) ---- */

/* One socket serves both families, so IPv4 comes mapped (RFC 4291 2.5.5.2): it is shown as what it is. */
void srt_peer_text(const struct sockaddr *peer, char *text, size_t size)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)peer;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)peer;
	char address[INET6_ADDRSTRLEN] = "?";
	bool is_mapped = peer->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);

	if (peer->sa_family == AF_INET)
		inet_ntop(AF_INET, &v4->sin_addr, address, sizeof(address));
	else if (is_mapped)
		inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], address, sizeof(address));
	else
		inet_ntop(AF_INET6, &v6->sin6_addr, address, sizeof(address));
	g_snprintf(text, size, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address,
		   ntohs(peer->sa_family == AF_INET ? v4->sin_port : v6->sin6_port));
}

/* Any thread. Beyond the limit nothing is told: the crew sees the first ones, and the control loop is not flooded. */
static bool may_tell_refusal(struct srt_listener *listener)
{
	int64_t now_ns = clock_now_ns();

	if (now_ns - atomic_load(&listener->refusals_begun_ns) > NS_PER_S) {
		atomic_store(&listener->refusals_begun_ns, now_ns);
		atomic_store(&listener->refusals, 0);
	}
	return atomic_fetch_add(&listener->refusals, 1) < REFUSALS_A_SECOND;
}

static void tell_refused(struct srt_listener *listener, int code, const char *peer,
			 const char *stream_id, const char *why)
{
	if (!may_tell_refusal(listener))
		return;
	g_autofree char *shown = g_strescape(stream_id, NULL);
	g_autofree char *text = g_strdup_printf("%s asked for \"%.60s\": %s", peer, shown, why);

	mailbox_post(listener->up, note_new(NOTE_SRT_REFUSED, 0, code, text));
}

static int refuse(struct srt_listener *listener, SRTSOCKET socket, int code,
		  const struct sockaddr *peer, const char *stream_id, const char *why)
{
	char address[64];

	srt_peer_text(peer, address, sizeof(address));
	srt_setrejectreason(socket, code);
	tell_refused(listener, code, address, stream_id, why);
	return -1;
}

static void remember_call(struct srt_listener *listener, SRTSOCKET socket,
			  const struct sockaddr *peer, const struct srt_source *source)
{
	if (g_async_queue_length(listener->let_in) >= MOST_CALLS)
		return;
	struct call *call = g_new0(struct call, 1);

	call->socket = socket;
	call->has_key = *source->passphrase != '\0';
	call->at_ns = clock_now_ns();
	srt_peer_text(peer, call->peer, sizeof(call->peer));
	g_strlcpy(call->name, source->stream_id, sizeof(call->name));
	g_async_queue_push(listener->let_in, call);
}

static bool set_key(SRTSOCKET socket, const char *passphrase)
{
	return !*passphrase || srt_setsockflag(socket, SRTO_PASSPHRASE, passphrase,
					       (int)strlen(passphrase)) != SRT_ERROR;
}

int srt_on_call(void *data, SRTSOCKET socket, int version, const struct sockaddr *peer,
		const char *stream_id)
{
	struct srt_listener *listener = data;
	char name[STREAM_ID_MOST + 1];
	const char *asked = stream_id ? stream_id : "";

	(void)version;
	if (!stream_id_parse(asked, name, sizeof(name)))
		return refuse(listener, socket, SRT_REJX_BAD_MODE, peer, asked,
			      "cameras send here; nothing can be played");
	const struct srt_source *source = srt_list_find(handoff_latest(listener->judged), name);

	if (!source)
		return refuse(listener, socket, SRT_REJX_NOTFOUND, peer, asked,
			      "no source of that name waits for a camera");
	if (!set_key(socket, source->passphrase))
		return refuse(listener, socket, SRT_REJX_FORBIDDEN, peer, asked,
			      "its passphrase here is none (10 to 79 characters)");
	srt_setsockflag(socket, SRTO_RCVLATENCY, &source->latency_ms, sizeof(source->latency_ms));
	remember_call(listener, socket, peer, source);
	return 0;
}

/* ---- those that were let in (our thread) ---- */

void srt_call_accepted(struct srt_listener *listener, SRTSOCKET socket)
{
	srt_watch_calls(listener);
	for (guint i = listener->calls->len; i > 0; i--)
		if (((struct call *)listener->calls->pdata[i - 1])->socket == socket)
			g_ptr_array_remove_index_fast(listener->calls, i - 1);
}

/* A handshake that failed after the callback leaves a socket that is closed at once, and nothing else: libsrt tells its log only. */
static bool has_failed(const struct call *call)
{
	SRT_SOCKSTATUS state = srt_getsockstate(call->socket);

	return state == SRTS_BROKEN || state == SRTS_CLOSING || state == SRTS_CLOSED ||
	       state == SRTS_NONEXIST;
}

static bool is_settled(struct srt_listener *listener, const struct call *call)
{
	if (!has_failed(call))
		return clock_now_ns() - call->at_ns > CALL_NS;
	tell_refused(listener, call->has_key ? SRT_REJ_BADSECRET : SRT_REJ_UNSECURE, call->peer,
		     call->name,
		     call->has_key ? "wrong or missing passphrase"
				   : "it encrypts, but the source has no passphrase");
	return true;
}

void srt_watch_calls(struct srt_listener *listener)
{
	struct call *call;

	while ((call = g_async_queue_try_pop(listener->let_in)))
		g_ptr_array_add(listener->calls, call);
	for (guint i = listener->calls->len; i > 0; i--)
		if (is_settled(listener, listener->calls->pdata[i - 1]))
			g_ptr_array_remove_index_fast(listener->calls, i - 1);
}

void srt_free_calls(struct srt_listener *listener)
{
	g_async_queue_unref(listener->let_in);
	g_ptr_array_free(listener->calls, TRUE);
}
