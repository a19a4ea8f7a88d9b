/* SPDX-License-Identifier: EUPL-1.2
 *
 * srt_listener: all cameras on one UDP port, by libsrt's own accept loop on one thread
 * (GStreamer's srtsrc serves one caller a port). The stream id names the source: `cam-a`,
 * `#!::r=cam-a,m=publish` (SRT Access Control) or `publish/cam-a` (stream_id.h). Each source has its own
 * passphrase and receive latency. Every connection gets a fresh ingest (ingest.h), and another one a
 * while after one that failed. One that died without a word is noticed after 5 s (libsrt's least).
 *
 * The newest caller of a stream id takes over: the older connection is closed and
 * NOTE_SOURCE_REPLACED told. Refused at once, with a reject code to the caller and
 * NOTE_SRT_REFUSED to us: an unknown stream id (SRT_REJX_NOTFOUND), a request to play
 * (SRT_REJX_BAD_MODE), a wrong or missing key (SRT_REJ_BADSECRET or UNSECURE), an encrypted caller
 * where none is expected. Of refusals eight a second are told; a flood does not reach the control
 * loop.
 *
 * Thread: all calls on the control loop.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct slot;
struct ring;
struct mailbox;
struct srt_listener;

struct srt_source {
	uint64_t source_id;
	const char *stream_id;
	const char *passphrase; /* NULL or "": callers must not encrypt */
	int latency_ms;
	struct slot *picture; /* the listener takes references of its own */
	struct ring *sound;
};

struct srt_stats {
	bool is_connected;
	char peer[64]; /* "address:port" */
	double rtt_ms;
	double loss_percent; /* of the last interval of a second: packets lost before recovery */
	uint64_t received, lost, dropped; /* packets; dropped: came too late even after recovery */
	/* the same loss over the last ten seconds, and what was dropped in them */
	double window_loss_percent;
	uint64_t window_dropped;
	int latency_ms;	  /* as the two ends agreed */
	double buffer_ms; /* in the receive buffer now */
	double kbps;
};

/* Listens on [::] for both families, on 0.0.0.0 where there is no IPv6. Port 0 is refused; a port in use gives ERROR_IO. */
struct srt_listener *srt_listener_create(int port, struct mailbox *up, GError **error);

/* Replaces the list of who may call. A source that is no longer in it is disconnected; one whose
 * passphrase or latency changed is disconnected, too, and may call again. The others notice
 * nothing. */
void srt_listener_allow(struct srt_listener *listener, const struct srt_source *sources,
			int n_sources);

/* False if nothing of that id is connected. */
struct ingest_stats;
bool srt_listener_read_stats(struct srt_listener *listener, uint64_t source_id,
			     struct srt_stats *srt, struct ingest_stats *ingest);

/* Closes everything and joins the thread (at most 200 ms). NULL is allowed. */
void srt_listener_destroy(struct srt_listener *listener);
