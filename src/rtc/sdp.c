/* SPDX-License-Identifier: EUPL-1.2 */
#include "sdp.h"

#include <gst/sdp/sdp.h>
#include <string.h>

#include "error.h"
#include "sdp_codec.h"
#include "sdp_text.h"

/* An attribute of the m-line, or else of the session. */
static const char *attribute_of(const GstSDPMessage *message, const GstSDPMedia *line,
				const char *name)
{
	const char *value = gst_sdp_media_get_attribute_val(line, name);

	return value ? value : gst_sdp_message_get_attribute_val(message, name);
}

static bool is_direction(const GstSDPMessage *message, const GstSDPMedia *line, enum sdp_use use)
{
	static const char *const directions[] = {"sendrecv", "sendonly", "recvonly", "inactive"};

	for (int level = 0; level < 2; level++) {
		for (int i = 0; i < 4; i++) {
			const char *found =
				level == 0
					? gst_sdp_media_get_attribute_val(line, directions[i])
					: gst_sdp_message_get_attribute_val(message, directions[i]);

			if (found)
				return i == 0 || i == (use == SDP_PUBLISH ? 1 : 2);
		}
	}
	return true; /* RFC 8866 6.7: sendrecv unless it says otherwise */
}

/* Whether `mid` stands in an a=group:BUNDLE line. */
static bool is_in_bundle(const GstSDPMessage *message, const char *mid)
{
	const char *group;

	for (guint n = 0; (group = gst_sdp_message_get_attribute_val_n(message, "group", n)); n++) {
		char **words = g_strsplit(group, " ", SDP_MAX_MEDIA + 2);
		bool is_in = words[0] && strcmp(words[0], "BUNDLE") == 0 &&
			     g_strv_contains((const char *const *)words + 1, mid);

		g_strfreev(words);
		if (is_in)
			return true;
	}
	return false;
}

/* "4 uri", "4/sendonly uri". A one-byte header's ids only (RFC 8285 4.2). */
static uint8_t extension_id(const GstSDPMedia *line, const char *uri)
{
	const char *value;

	for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(line, "extmap", n)); n++) {
		const char *name = strchr(value, ' ');
		int64_t id = sdp_text_number(value, 14);

		if (name && id > 0 && g_str_has_prefix(name + 1, uri) &&
		    (name[1 + strlen(uri)] == '\0' || name[1 + strlen(uri)] == ' '))
			return (uint8_t)id;
	}
	return 0;
}

static bool asks_rtt(const GstSDPMedia *line)
{
	const char *reports = gst_sdp_media_get_attribute_val(line, "rtcp-xr");

	return reports && strstr(reports, "rcvr-rtt=all");
}

static void read_ssrcs(const GstSDPMedia *line, struct sdp_media *media)
{
	const char *value;

	for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(line, "ssrc-group", n)); n++) {
		const char *second =
			g_str_has_prefix(value, "FID ") ? strchr(value + 4, ' ') : NULL;

		if (!second)
			continue;
		media->ssrc = (uint32_t)MAX(sdp_text_number(value + 4, UINT32_MAX), 0);
		media->rtx_ssrc = (uint32_t)MAX(sdp_text_number(second + 1, UINT32_MAX), 0);
		return;
	}
	value = gst_sdp_media_get_attribute_val(line, "ssrc");
	media->ssrc = (uint32_t)MAX(sdp_text_number(value, UINT32_MAX), 0);
}

static bool read_media(const GstSDPMedia *line, struct sdp_media *media, GError **error)
{
	const char *format = gst_sdp_media_get_format(line, 0);
	bool is_good =
		sdp_text_word(gst_sdp_media_get_media(line), media->kind, sizeof(media->kind)) &&
		sdp_text_word(gst_sdp_media_get_proto(line), media->protocol,
			      sizeof(media->protocol)) &&
		sdp_text_word(format, media->first_format, sizeof(media->first_format));
	const char *mid = gst_sdp_media_get_attribute_val(line, "mid");

	if (!is_good || (mid && !sdp_text_word(mid, media->mid, sizeof(media->mid))))
		return fail(error, ERROR_BAD_INPUT,
			    "an m-line or a=mid of the offer is unreadable");
	media->twcc_id = extension_id(line, TWCC_URI);
	media->playout_id = extension_id(line, PLAYOUT_URI);
	media->colour_id = extension_id(line, COLOUR_URI);
	media->asks_rtt = asks_rtt(line);
	media->has_reduced_size = gst_sdp_media_get_attribute_val(line, "rtcp-rsize") != NULL;
	read_ssrcs(line, media);
	return true;
}

/* ICE and DTLS of the one transport, taken from the first accepted m-line. */
static bool read_transport(const GstSDPMessage *message, const GstSDPMedia *line,
			   struct sdp_offer *offer, GError **error)
{
	const char *setup = attribute_of(message, line, "setup");
	bool has_fingerprint = false;
	const char *value;

	if (!sdp_text_word(attribute_of(message, line, "ice-ufrag"), offer->ufrag,
			   sizeof(offer->ufrag)) ||
	    !sdp_text_word(attribute_of(message, line, "ice-pwd"), offer->pwd, sizeof(offer->pwd)))
		return fail(error, ERROR_BAD_INPUT, "the offer has no a=ice-ufrag and a=ice-pwd");
	for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(line, "fingerprint", n)); n++)
		has_fingerprint |= sdp_text_fingerprint(value, offer->fingerprint);
	for (guint n = 0; !has_fingerprint &&
			  (value = gst_sdp_message_get_attribute_val_n(message, "fingerprint", n));
	     n++)
		has_fingerprint = sdp_text_fingerprint(value, offer->fingerprint);
	if (!has_fingerprint)
		return fail(error, ERROR_BAD_INPUT, "the offer has no a=fingerprint:sha-256");
	if (setup && strcmp(setup, "actpass") != 0 && strcmp(setup, "active") != 0)
		return fail(error, ERROR_BAD_INPUT,
			    "the offer says a=setup:%.16s, needed is actpass or active", setup);
	if (!gst_sdp_media_get_attribute_val(line, "rtcp-mux"))
		return fail(error, ERROR_BAD_INPUT, "the offer's %s has no a=rtcp-mux",
			    gst_sdp_media_get_media(line));
	return true;
}

struct wish {
	enum sdp_use use;
	bool video, audio;
};

static bool is_candidate_line(const GstSDPMessage *message, const GstSDPMedia *line,
			      const struct sdp_offer *offer, const struct sdp_media *media,
			      const struct wish *wish)
{
	bool is_video = strcmp(media->kind, "video") == 0;
	bool is_audio = strcmp(media->kind, "audio") == 0;
	bool is_first = is_video ? wish->video && offer->video < 0
				 : is_audio && wish->audio && offer->audio < 0;

	if (!is_first || !strstr(media->protocol, "TLS/RTP/SAVP") ||
	    !is_direction(message, line, wish->use))
		return false;
	/* Port 0 is an m-line refused before, unless it is bundle-only (RFC 9143 6). */
	if (gst_sdp_media_get_port(line) == 0 &&
	    !gst_sdp_media_get_attribute_val(line, "bundle-only"))
		return false;
	if (offer->video < 0 && offer->audio < 0)
		return true;
	return offer->is_bundled && is_in_bundle(message, media->mid);
}

static bool read_line(const GstSDPMessage *message, int index, const struct wish *wish,
		      struct sdp_offer *offer, GError **error)
{
	const GstSDPMedia *line = gst_sdp_message_get_media(message, (guint)index);
	struct sdp_media *media = &offer->media[index];
	bool is_first = offer->video < 0 && offer->audio < 0;

	if (!read_media(line, media, error))
		return false;
	if (!is_candidate_line(message, line, offer, media, wish))
		return true;
	if (!sdp_codec_choose(line, wish->use, media, error))
		return false;
	if (is_first) {
		if (!read_transport(message, line, offer, error))
			return false;
		offer->is_bundled = is_in_bundle(message, media->mid);
	}
	media->is_accepted = true;
	if (media->codec != VIDEO_NONE)
		offer->video = index;
	else
		offer->audio = index;
	return true;
}

static bool read_message(const GstSDPMessage *message, const struct wish *wish,
			 struct sdp_offer *offer, GError **error)
{
	int n = (int)gst_sdp_message_medias_len(message);

	offer->video = offer->audio = -1;
	offer->n_media = MIN(n, SDP_MAX_MEDIA);
	for (int i = 0; i < offer->n_media; i++) {
		if (!read_line(message, i, wish, offer, error))
			return false;
	}
	if (offer->video < 0 && offer->audio < 0)
		return fail(error, ERROR_BAD_INPUT,
			    "the offer has no m-line that could be used (%s)",
			    wish->use == SDP_PUBLISH ? "audio or video, sendonly"
						     : "audio or video, recvonly");
	return true;
}

bool sdp_read_offer(const char *text, enum sdp_use use, bool wants_video, bool wants_audio,
		    struct sdp_offer *offer, GError **error)
{
	const struct wish wish = {use, wants_video, wants_audio};
	struct sdp_offer *facts = NULL;
	GstSDPMessage *message = NULL;
	char *clean = sdp_text_clean(text, false, error);
	bool is_good = false;

	if (!clean)
		return false;
	gst_sdp_message_new(&message);
	facts = g_new0(struct sdp_offer, 1);
	if (gst_sdp_message_parse_buffer((const guint8 *)clean, (guint)strlen(clean), message) !=
	    GST_SDP_OK)
		fail(error, ERROR_BAD_INPUT, "the SDP is malformed");
	else
		is_good = read_message(message, &wish, facts, error);
	if (is_good)
		*offer = *facts;
	g_free(facts);
	gst_sdp_message_free(message);
	g_free(clean);
	return is_good;
}

void sdp_format(const struct sdp_offer *offer, struct rtp_format *format)
{
	const struct sdp_media *video = offer->video < 0 ? NULL : &offer->media[offer->video];
	const struct sdp_media *audio = offer->audio < 0 ? NULL : &offer->media[offer->audio];

	*format = (struct rtp_format){0};
	if (video) {
		format->video = video->codec;
		format->video_pt = video->pt;
		format->video_rtx_pt = video->rtx_pt;
		format->video_ssrc = video->ssrc;
		format->video_rtx_ssrc = video->rtx_ssrc;
		format->twcc_id = video->twcc_id;
		format->colour_id = video->colour_id;
	}
	if (audio) {
		format->has_audio = true;
		format->audio_pt = audio->pt;
		format->audio_ssrc = audio->ssrc;
		if (!video)
			format->twcc_id = audio->twcc_id;
	}
}

bool sdp_read_fragment(const char *text, struct sdp_fragment *fragment, GError **error)
{
	struct sdp_fragment found = {0};
	char *clean = sdp_text_clean(text, true, error);

	if (!clean)
		return false;
	char **lines = g_strsplit(clean, "\r\n", -1);

	for (char **line = lines; *line; line++) {
		if (g_str_has_prefix(*line, "m=") && !found.media_line[0])
			g_strlcpy(found.media_line, *line, sizeof(found.media_line));
		else if (g_str_has_prefix(*line, "a=mid:") && !found.mid[0])
			sdp_text_word(*line + 6, found.mid, sizeof(found.mid));
		else if (g_str_has_prefix(*line, "a=ice-ufrag:"))
			sdp_text_word(*line + 12, found.ufrag, sizeof(found.ufrag));
		else if (g_str_has_prefix(*line, "a=ice-pwd:"))
			sdp_text_word(*line + 10, found.pwd, sizeof(found.pwd));
		else if (g_str_has_prefix(*line, "a=candidate:") ||
			 strcmp(*line, "a=end-of-candidates") == 0)
			found.has_candidates = true;
	}
	g_strfreev(lines);
	g_free(clean);
	if (!found.has_candidates && (!found.ufrag[0] || !found.pwd[0]))
		return fail(error, ERROR_BAD_INPUT,
			    "the fragment holds neither candidates nor a=ice-ufrag and a=ice-pwd");
	*fragment = found;
	return true;
}
