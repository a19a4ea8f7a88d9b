/* SPDX-License-Identifier: EUPL-1.2
 *
 * The writing half of sdp.h. Lines and their order are what Chromium and Firefox were measured to
 * take; numbers of payload types and extensions are always the offer's.
 */
#include "sdp.h"

#include "sdp_text.h"

/* Without it Chromium starts at 300 kbit/s, scales the picture down to 320x180 and stays there. */
#define START_KBPS 1500

static void write_feedback(GString *out, const struct sdp_media *media, enum sdp_use use)
{
	if (media->has_nack)
		g_string_append_printf(out, "a=rtcp-fb:%d nack\r\n", media->pt);
	if (media->has_pli)
		g_string_append_printf(out, "a=rtcp-fb:%d nack pli\r\n", media->pt);
	if (media->has_fir)
		g_string_append_printf(out, "a=rtcp-fb:%d ccm fir\r\n", media->pt);
	if (media->has_twcc && media->twcc_id)
		g_string_append_printf(out, "a=rtcp-fb:%d transport-cc\r\n", media->pt);
	else if (use == SDP_PLAY && media->has_remb)
		g_string_append_printf(out, "a=rtcp-fb:%d goog-remb\r\n", media->pt);
}

static void write_video(GString *out, const struct sdp_media *media, enum sdp_use use, int max_kbps)
{
	const char *name = media->codec == VIDEO_VP8 ? "VP8" : "H264";
	GString *fmtp = g_string_new(NULL);

	if (media->codec == VIDEO_H264) {
		g_string_append_printf(fmtp, ";level-asymmetry-allowed=1;packetization-mode=%d",
				       media->packetization);
		if (media->profile[0])
			g_string_append_printf(fmtp, ";profile-level-id=%s", media->profile);
	}
	if (use == SDP_PUBLISH)
		g_string_append_printf(fmtp, ";x-google-start-bitrate=%d;x-google-max-bitrate=%d",
				       MIN(START_KBPS, max_kbps), max_kbps);
	g_string_append_printf(out, "a=rtpmap:%d %s/90000\r\n", media->pt, name);
	if (fmtp->len)
		g_string_append_printf(out, "a=fmtp:%d %s\r\n", media->pt, fmtp->str + 1);
	write_feedback(out, media, use);
	if (media->rtx_pt)
		g_string_append_printf(out, "a=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d\r\n",
				       media->rtx_pt, media->rtx_pt, media->pt);
	g_string_free(fmtp, true);
}

/* No in-band FEC: it costs a constant packet of delay, and concealment fills single losses. */
static void write_audio(GString *out, const struct sdp_media *media)
{
	g_string_append_printf(out, "a=rtpmap:%d opus/48000/2\r\n", media->pt);
	g_string_append_printf(
		out, "a=fmtp:%d minptime=10;stereo=1;sprop-stereo=1;useinbandfec=0\r\n", media->pt);
	if (media->has_twcc && media->twcc_id)
		g_string_append_printf(out, "a=rtcp-fb:%d transport-cc\r\n", media->pt);
	g_string_append(out, "a=ptime:10\r\n");
}

static void write_ssrc(GString *out, uint32_t ssrc, const struct sdp_self *self, const char *label)
{
	g_string_append_printf(out, "a=ssrc:%u cname:%s\r\na=ssrc:%u msid:%s %s\r\n", ssrc,
			       self->cname, ssrc, self->cname, label);
}

static void write_stream(GString *out, const struct sdp_media *media, const struct sdp_self *self)
{
	bool is_video = media->codec != VIDEO_NONE;
	const char *label = is_video ? "video" : "audio";

	g_string_append_printf(out, "a=msid:%s %s\r\n", self->cname, label);
	if (is_video && media->rtx_pt)
		g_string_append_printf(out, "a=ssrc-group:FID %u %u\r\n", self->video_ssrc,
				       self->video_rtx_ssrc);
	write_ssrc(out, is_video ? self->video_ssrc : self->audio_ssrc, self, label);
	if (is_video && media->rtx_pt)
		write_ssrc(out, self->video_rtx_ssrc, self, label);
}

static void write_transport(GString *out, const struct sdp_media *media,
			    const struct sdp_self *self, bool is_first)
{
	g_string_append_printf(out,
			       "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
			       "a=fingerprint:sha-256 %s\r\na=setup:passive\r\na=rtcp-mux\r\n",
			       self->ufrag, self->pwd, self->fingerprint);
	if (media->has_reduced_size)
		g_string_append(out, "a=rtcp-rsize\r\n");
	if (is_first)
		g_string_append(out, self->candidates);
}

static void write_refused(GString *out, const struct sdp_media *media)
{
	g_string_append_printf(out, "m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\n", media->kind,
			       media->protocol, media->first_format);
	if (media->mid[0])
		g_string_append_printf(out, "a=mid:%s\r\n", media->mid);
	g_string_append(out, "a=inactive\r\n");
}

static void write_accepted(GString *out, const struct sdp_media *media, enum sdp_use use,
			   const struct sdp_self *self, bool is_first)
{
	bool is_video = media->codec != VIDEO_NONE;

	g_string_append_printf(out, "m=%s 9 %s %d", media->kind, media->protocol, media->pt);
	if (media->rtx_pt)
		g_string_append_printf(out, " %d", media->rtx_pt);
	g_string_append(out, "\r\nc=IN IP4 0.0.0.0\r\n");
	if (use == SDP_PUBLISH && is_video)
		g_string_append_printf(out, "b=AS:%d\r\n", self->max_kbps);
	if (media->mid[0])
		g_string_append_printf(out, "a=mid:%s\r\n", media->mid);
	g_string_append(out, use == SDP_PLAY ? "a=sendonly\r\n" : "a=recvonly\r\n");
	write_transport(out, media, self, is_first);
	if (is_video)
		write_video(out, media, use, self->max_kbps);
	else
		write_audio(out, media);
	if (media->has_twcc && media->twcc_id)
		g_string_append_printf(out, "a=extmap:%d " TWCC_URI "\r\n", media->twcc_id);
	if (use == SDP_PLAY && media->asks_rtt)
		g_string_append(out, "a=rtcp-xr:rcvr-rtt=all\r\n");
	if (use == SDP_PLAY && is_video && media->playout_id)
		g_string_append_printf(out, "a=extmap:%d " PLAYOUT_URI "\r\n", media->playout_id);
	if (use == SDP_PUBLISH && is_video && media->colour_id)
		g_string_append_printf(out, "a=extmap:%d " COLOUR_URI "\r\n", media->colour_id);
	if (use == SDP_PLAY)
		write_stream(out, media, self);
}

char *sdp_write_answer(const struct sdp_offer *offer, enum sdp_use use, const struct sdp_self *self)
{
	GString *out = g_string_new("v=0\r\n");
	bool is_first = true;

	g_string_append_printf(out, "o=- %u%u 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
			       g_random_int_range(1, 1000000000),
			       g_random_int_range(0, 1000000000));
	if (offer->is_bundled) {
		g_string_append(out, "a=group:BUNDLE");
		for (int i = 0; i < offer->n_media; i++) {
			if (offer->media[i].is_accepted)
				g_string_append_printf(out, " %s", offer->media[i].mid);
		}
		g_string_append(out, "\r\n");
	}
	g_string_append(out, "a=ice-lite\r\na=msid-semantic:WMS *\r\n");
	for (int i = 0; i < offer->n_media; i++) {
		const struct sdp_media *media = &offer->media[i];

		if (media->is_accepted)
			write_accepted(out, media, use, self, is_first);
		else
			write_refused(out, media);
		is_first = is_first && !media->is_accepted;
	}
	return g_string_free(out, false);
}

char *sdp_write_fragment(const struct sdp_fragment *fragment, const struct sdp_self *self)
{
	GString *out = g_string_new("a=ice-lite\r\n");

	if (fragment->mid[0])
		g_string_append_printf(out, "a=group:BUNDLE %s\r\n", fragment->mid);
	if (fragment->media_line[0])
		g_string_append_printf(out, "%s\r\n", fragment->media_line);
	if (fragment->mid[0])
		g_string_append_printf(out, "a=mid:%s\r\n", fragment->mid);
	g_string_append_printf(out, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n%s", self->ufrag, self->pwd,
			       self->candidates);
	return g_string_free(out, false);
}
