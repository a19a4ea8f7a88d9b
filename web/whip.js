// SPDX-License-Identifier: EUPL-1.2
// Sends a camera and a microphone, or one of them, to the server. "connected" means that the server answers what is sent.
import { Session } from "./session.js";

const max_bps = 2_500_000;

export class Publisher extends Session {
	#tracks = { audio: null, video: null };
	#senders = {};
	#sent = { bytes: 0, at_ms: 0, kbps: 0 };

	constructor(url, options) {
		super(url, { patience_ms: 5000, ...options });
	}

	// Sends this track from now on, or nothing of that kind (null).
	setTrack(kind, track) {
		this.#tracks[kind] = track;
		if (!this.peer) return;
		if (this.#senders[kind]) this.#senders[kind].replaceTrack(track).catch(() => this.restart());
		else if (track) this.restart();
	}

	prepare(peer) {
		const { audio, video } = this.#tracks;
		this.#senders = {};
		this.#sent = { bytes: 0, at_ms: 0, kbps: 0 };
		if (audio) this.#senders.audio = peer.addTransceiver(audio, { direction: "sendonly" }).sender;
		if (!video) return;
		const sendEncodings = [{ maxBitrate: max_bps }];
		this.#senders.video = peer.addTransceiver(video, { direction: "sendonly", sendEncodings }).sender;
		prefer(this.#senders.video, "maintain-framerate");
	}

	// Everything that comes from the server: its RTCP, and its answers to our checks of the path.
	progress(stats) {
		let sum = 0;
		for (const report of stats.values())
			if (report.type === "candidate-pair" && report.nominated) sum += (report.bytesReceived ?? 0) + (report.responsesReceived ?? 0);
		return sum;
	}

	// How well it goes: { rtt_ms, loss (0..1), kbps (sent), room_kbps (what the way would carry) }, undefined what is not known.
	quality() {
		const seen = {};
		let bytes = 0;
		for (const report of this.stats?.values() ?? []) {
			if (report.type === "outbound-rtp") bytes += report.bytesSent ?? 0;
			if (report.type === "remote-inbound-rtp") seen.loss = Math.max(seen.loss ?? 0, report.fractionLost ?? 0);
			if (report.type !== "candidate-pair" || !report.nominated) continue;
			if (report.currentRoundTripTime !== undefined) seen.rtt_ms = report.currentRoundTripTime * 1000;
			if (report.availableOutgoingBitrate !== undefined) seen.room_kbps = report.availableOutgoingBitrate / 1000;
		}
		return { ...seen, kbps: this.#rate(bytes) };
	}

	// Bits sent a millisecond over the last two seconds or so.
	#rate(bytes) {
		const now_ms = performance.now();
		const span_ms = now_ms - this.#sent.at_ms;
		if (span_ms < 1900) return this.#sent.kbps;
		const kbps = this.#sent.at_ms ? Math.max(0, ((bytes - this.#sent.bytes) * 8) / span_ms) : undefined;
		this.#sent = { bytes, at_ms: now_ms, kbps };
		return kbps;
	}
}

// On a poor network a talking person should rather be coarse than jerky. Not every browser can be told.
function prefer(sender, degradationPreference) {
	const parameters = sender.getParameters();
	if (parameters.encodings?.length) sender.setParameters({ ...parameters, degradationPreference }).catch(() => {});
}
