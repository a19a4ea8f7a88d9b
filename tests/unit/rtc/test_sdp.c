/* SPDX-License-Identifier: EUPL-1.2
 *
 * Real offers (Chromium's as it made them; Firefox's, OBS's and Safari's as they look), and what
 * nobody should send.
 */
/* cmocka makes a macro of fail(). */
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "candidates.h"
#include "sdp.h"

static const struct sdp_self self = {
	.ufrag = "ourUfrag",
	.pwd = "ourPasswordOf24Character",
	.fingerprint = "AA:BB",
	.candidates = "a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host\r\n"
		      "a=end-of-candidates\r\n",
	.max_kbps = 2500,
	.video_ssrc = 11,
	.video_rtx_ssrc = 12,
	.audio_ssrc = 13,
	.cname = "stage",
};

static char *read_offer(const char *name)
{
	char *path = g_strdup_printf("tests/unit/rtc/offers/%s.sdp", name), *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		fail_msg("no %s (run it in the top folder)", path);
	g_free(path);
	return text;
}

static char *answer_text(const char *text, enum sdp_use use, struct sdp_offer *offer)
{
	GError *error = NULL;

	if (!sdp_read_offer(text, use, true, true, offer, &error))
		fail_msg("%s", error->message);
	return sdp_write_answer(offer, use, &self);
}

static char *answer(const char *name, enum sdp_use use, struct sdp_offer *offer)
{
	char *text = read_offer(name);
	char *result = answer_text(text, use, offer);

	g_free(text);
	return result;
}

static void has(const char *text, const char *line)
{
	char *whole = g_strdup_printf("\r\n%s\r\n", line);

	if (!strstr(text, whole))
		fail_msg("no line \"%s\" in:\n%s", line, text);
	g_free(whole);
}

static void lacks(const char *text, const char *word)
{
	if (strstr(text, word))
		fail_msg("\"%s\" in:\n%s", word, text);
}

static void test_chromium_play(void **state)
{
	struct sdp_offer offer;
	char *text = answer("chromium_play", SDP_PLAY, &offer);

	(void)state;
	assert_int_equal(offer.media[0].pt, 108);
	assert_int_equal(offer.media[0].rtx_pt, 109);
	has(text, "a=group:BUNDLE 0 1");
	has(text, "a=ice-lite");
	has(text, "m=video 9 UDP/TLS/RTP/SAVPF 108 109");
	has(text, "a=rtpmap:108 H264/90000");
	has(text,
	    "a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
	has(text, "a=rtcp-fb:108 nack");
	has(text, "a=rtcp-fb:108 nack pli");
	has(text, "a=fmtp:109 apt=108");
	has(text, "a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay");
	lacks(text, "color-space"); /* our own says it in its VUI */
	has(text, "a=sendonly");
	has(text, "a=setup:passive");
	has(text, "a=rtcp-mux");
	has(text, "a=rtcp-rsize");
	has(text, "a=ssrc-group:FID 11 12");
	has(text, "a=ssrc:11 cname:stage");
	has(text, "a=ssrc:13 cname:stage");
	has(text, "m=audio 9 UDP/TLS/RTP/SAVPF 111");
	has(text, "a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host");
	has(text, "a=end-of-candidates");
	has(text, "a=rtcp-fb:108 transport-cc");
	has(text, "a=rtcp-fb:111 transport-cc");
	has(text, "a=extmap:4 "
		  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01");
	has(text, "a=rtcp-xr:rcvr-rtt=all");
	lacks(text, "goog-remb"); /* instead of it */
	g_free(text);
}

static void test_chromium_publish(void **state)
{
	struct sdp_offer offer;
	struct rtp_format format;
	char *text = answer("chromium_publish", SDP_PUBLISH, &offer);

	(void)state;
	sdp_format(&offer, &format);
	assert_int_equal(format.video, VIDEO_VP8);
	assert_int_equal(format.video_pt, 96);
	assert_int_equal(format.video_rtx_pt, 97);
	assert_int_equal(format.audio_pt, 111);
	assert_int_not_equal(format.video_ssrc, 0);
	assert_int_not_equal(format.video_rtx_ssrc, 0);
	assert_int_not_equal(format.audio_ssrc, 0);
	assert_true(format.has_audio);
	has(text, "a=recvonly");
	has(text, "a=fmtp:96 x-google-start-bitrate=1500;x-google-max-bitrate=2500");
	has(text, "a=rtcp-fb:96 transport-cc");
	has(text, "a=ptime:10");
	has(text, "b=AS:2500");
	char *extension = g_strdup_printf("a=extmap:%d http://www.ietf.org/id/"
					  "draft-holmer-rmcat-transport-wide-cc-extensions-01",
					  format.twcc_id);

	has(text, extension);
	assert_int_equal(format.colour_id, 8);
	has(text, "a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space");
	lacks(text, "a=ssrc");
	g_free(extension);
	g_free(text);
}

static void test_firefox_publish(void **state)
{
	struct sdp_offer offer;
	struct rtp_format format;
	char *text = answer("firefox_publish", SDP_PUBLISH, &offer);

	(void)state;
	sdp_format(&offer, &format);
	assert_int_equal(format.video, VIDEO_VP8);
	assert_int_equal(format.video_pt, 120);
	assert_int_equal(format.video_rtx_pt, 124);
	assert_int_equal(format.video_ssrc, 1012345678);
	assert_int_equal(format.video_rtx_ssrc, 1112345678);
	assert_int_equal(format.audio_pt, 109);
	assert_int_equal(format.twcc_id, 7);
	assert_int_equal(format.colour_id, 0);
	assert_string_equal(offer.ufrag, "5e6f7a8b");
	assert_int_equal(offer.fingerprint[1], 10);
	g_free(text);
}

static void test_firefox_cannot_play(void **state)
{
	char *text = read_offer("firefox_publish"), *recv;
	GError *error = NULL;
	struct sdp_offer offer;
	char **parts = g_strsplit(text, "a=sendonly", -1);

	(void)state;
	recv = g_strjoinv("a=recvonly", parts);
	assert_false(sdp_read_offer(recv, SDP_PLAY, true, true, &offer, &error));
	assert_int_equal(error_code_of(error), ERROR_NO_CODEC);
	assert_non_null(strstr(error->message, "VP8"));
	assert_non_null(strstr(error->message, "H.264"));
	g_clear_error(&error);
	/* Sound alone it can. */
	assert_true(sdp_read_offer(recv, SDP_PLAY, false, true, &offer, &error));
	char *reply = sdp_write_answer(&offer, SDP_PLAY, &self);

	has(reply, "a=group:BUNDLE 0");
	has(reply, "m=video 0 UDP/TLS/RTP/SAVPF 120");
	g_free(reply);
	g_strfreev(parts);
	g_free(recv);
	g_free(text);
}

static void test_obs(void **state)
{
	struct sdp_offer offer;
	struct rtp_format format;
	char *text = answer("obs_publish", SDP_PUBLISH, &offer);

	(void)state;
	sdp_format(&offer, &format);
	assert_int_equal(format.video, VIDEO_H264);
	assert_int_equal(format.video_pt, 96);
	assert_int_equal(format.video_rtx_pt, 0);
	assert_int_equal(format.video_ssrc, 1234568);
	assert_int_equal(format.twcc_id, 0);
	has(text, "m=video 9 UDP/TLS/RTP/SAVPF 96");
	has(text,
	    "a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640032;"
	    "x-google-start-bitrate=1500;x-google-max-bitrate=2500");
	lacks(text, "transport-cc");
	lacks(text, "rtcp-rsize");
	g_free(text);
}

static void test_safari(void **state)
{
	struct sdp_offer offer;
	char *text = answer("safari_play", SDP_PLAY, &offer);

	(void)state;
	assert_int_equal(offer.media[1].pt, 98);
	assert_int_equal(offer.media[1].playout_id, 8);
	has(text, "a=group:BUNDLE 0 1");
	has(text, "m=application 0 UDP/DTLS/SCTP webrtc-datachannel");
	g_free(text);
}

/* What goes wrong when one thing of a good offer is changed. */
static void refuses(const char *from, const char *to, int code, const char *word)
{
	char *text = read_offer("obs_publish");
	char **parts = g_strsplit(text, from, -1);
	char *changed = g_strjoinv(to, parts);
	struct sdp_offer offer = {.n_media = 77};
	GError *error = NULL;

	assert_true(g_strv_length(parts) > 1);
	assert_false(sdp_read_offer(changed, SDP_PUBLISH, true, true, &offer, &error));
	assert_int_equal(error_code_of(error), code);
	if (!strstr(error->message, word))
		fail_msg("\"%s\" does not say %s", error->message, word);
	assert_int_equal(offer.n_media, 77);
	g_clear_error(&error);
	g_free(changed);
	g_strfreev(parts);
	g_free(text);
}

static void test_refusals(void **state)
{
	(void)state;
	refuses("v=0", "hello", ERROR_BAD_INPUT, "v=0");
	refuses("a=ice-ufrag", "a=x", ERROR_BAD_INPUT, "ice-ufrag");
	refuses("a=ice-pwd", "a=x", ERROR_BAD_INPUT, "ice-pwd");
	refuses("sha-256", "sha-1", ERROR_BAD_INPUT, "sha-256");
	refuses("a=fingerprint:sha-256 03", "a=fingerprint:sha-256 0", ERROR_BAD_INPUT, "sha-256");
	refuses("actpass", "passive", ERROR_BAD_INPUT, "setup");
	refuses("a=rtcp-mux", "a=x", ERROR_BAD_INPUT, "rtcp-mux");
	refuses("a=sendonly", "a=recvonly", ERROR_BAD_INPUT, "sendonly");
	refuses("a=sendonly", "a=inactive", ERROR_BAD_INPUT, "sendonly");
	refuses("H264/90000", "H265/90000", ERROR_NO_CODEC, "H265");
	refuses("profile-level-id=640032", "profile-level-id=f40032", ERROR_NO_CODEC, "H.264");
	refuses("opus/48000/2", "opus/44100", ERROR_NO_CODEC, "Opus");
	/* 64 to 95 would be mistaken for RTCP. */
	refuses("111", "72", ERROR_NO_CODEC, "Opus");
	refuses("m=", "x=", ERROR_BAD_INPUT, "m-line");
}

static void test_two_without_bundle(void **state)
{
	char *text = read_offer("obs_publish");
	struct sdp_offer offer;

	(void)state;
	memcpy(strstr(text, "a=group:BUNDLE"), "a=xxxxx", 7);
	char *reply = answer_text(text, SDP_PUBLISH, &offer);

	assert_int_equal(offer.audio, 0);
	assert_int_equal(offer.video, -1);
	has(reply, "m=video 0 UDP/TLS/RTP/SAVPF 96");
	lacks(reply, "BUNDLE");
	g_free(reply);
	g_free(text);
}

/* Nothing of an offer may add a line to the answer. */
static void test_nothing_is_smuggled(void **state)
{
	char *text = read_offer("obs_publish");
	char **parts = g_strsplit(text, "a=mid:1\r\n", -1);
	char *changed = g_strjoinv("a=mid:1 b\r\n", parts);
	struct sdp_offer offer;
	GError *error = NULL;

	(void)state;
	assert_false(sdp_read_offer(changed, SDP_PUBLISH, true, true, &offer, &error));
	g_clear_error(&error);
	g_free(changed);
	g_strfreev(parts);
	g_free(text);
}

static void test_sizes(void **state)
{
	GString *text = g_string_new("v=0\r\n");
	struct sdp_offer offer;
	GError *error = NULL;

	(void)state;
	for (int i = 0; i < 17; i++)
		g_string_append(text, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n");
	assert_false(sdp_read_offer(text->str, SDP_PLAY, true, true, &offer, &error));
	assert_int_equal(error_code_of(error), ERROR_BAD_INPUT);
	g_clear_error(&error);
	while (text->len < SDP_MAX_BYTES)
		g_string_append(text, "a=x\r\n");
	assert_false(sdp_read_offer(text->str, SDP_PLAY, true, true, &offer, &error));
	assert_int_equal(error_code_of(error), ERROR_BAD_INPUT);
	g_clear_error(&error);
	assert_false(sdp_read_offer("", SDP_PLAY, true, true, &offer, &error));
	g_clear_error(&error);
	assert_false(sdp_read_offer("v=0\r\nm=\r\nm=audio\r\nm=audio 9 RTP\r\n", SDP_PLAY, true,
				    true, &offer, &error));
	g_clear_error(&error);
	g_string_free(text, true);
}

static void test_fragments(void **state)
{
	struct sdp_fragment fragment;
	GError *error = NULL;

	(void)state;
	assert_true(sdp_read_fragment("a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
				      "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
				      "a=candidate:1 1 udp 1 192.0.2.1 6 typ host\r\n",
				      &fragment, &error));
	assert_true(fragment.has_candidates);
	assert_string_equal(fragment.ufrag, "EsAw");
	char *reply = sdp_write_fragment(&fragment, &self);

	assert_true(g_str_has_prefix(reply, "a=ice-lite\r\n"));
	has(reply, "m=audio 9 RTP/AVP 0");
	has(reply, "a=mid:0");
	has(reply, "a=ice-ufrag:ourUfrag");
	has(reply, "a=ice-pwd:ourPasswordOf24Character");
	has(reply, "a=end-of-candidates");
	g_free(reply);
	assert_false(sdp_read_fragment("a=ice-ufrag:EsAw\r\n", &fragment, &error));
	assert_int_equal(error_code_of(error), ERROR_BAD_INPUT);
	g_clear_error(&error);
	assert_false(sdp_read_fragment("", &fragment, &error));
	g_clear_error(&error);
}

static void test_candidates(void **state)
{
	char *named = candidates_create("192.0.2.1 2001:db8::1", 8189, NULL);
	char *own = candidates_create("", 8189, NULL);
	GError *error = NULL;

	(void)state;
	assert_string_equal(named, "a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host\r\n"
				   "a=candidate:2 1 udp 2130706175 2001:db8::1 8189 typ host\r\n"
				   "a=end-of-candidates\r\n");
	assert_non_null(strstr(own, " 127.0.0.1 8189 typ host"));
	lacks(own, " fe80:");
	assert_null(candidates_create("192.0.2.1 stage.example", 1, &error));
	assert_non_null(strstr(error->message, "stage.example"));
	g_clear_error(&error);
	g_free(named);
	g_free(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chromium_play),
		cmocka_unit_test(test_chromium_publish),
		cmocka_unit_test(test_firefox_publish),
		cmocka_unit_test(test_firefox_cannot_play),
		cmocka_unit_test(test_obs),
		cmocka_unit_test(test_safari),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_two_without_bundle),
		cmocka_unit_test(test_nothing_is_smuggled),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_candidates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
