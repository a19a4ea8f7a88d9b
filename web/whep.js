// SPDX-License-Identifier: EUPL-1.2
// Receives one of the server's mixes in a <video>. "connected" means that pictures arrive, not only that a connection stands.
// While a lost connection is replaced the element keeps its last picture.
import { Session } from "./session.js";

const patient_ms = 200;

export class Receiver extends Session {
	#video;
	#stream = null; // what the present connection brings
	#shown = null; // the connection whose picture the element has
	#isHasty; // the least delay whatever gets lost: for a conversation
	#nacks = 0;
	#lossy = 0; // how many of the last looks found losses, the older ones counting less
	#isPatient = false;

	constructor(video, url, { isHasty = false, ...options } = {}) {
		super(url, options);
		this.#video = video;
		this.#isHasty = isHasty;
		this.addEventListener("state", () => this.state === "connected" && this.#show());
	}

	prepare(peer) {
		this.#stream = new MediaStream();
		this.#nacks = this.#lossy = 0;
		this.#isPatient = false;
		for (const kind of ["audio", "video"]) {
			const { receiver } = peer.addTransceiver(kind, { direction: "recvonly" });
			setDelay(receiver, 0);
			this.#stream.addTrack(receiver.track);
			if (kind === "video") receiver.track.addEventListener("unmute", () => peer === this.peer && this.#show());
		}
	}

	// A browser decodes Opus to one channel unless the receiving side asks for two (RFC 7587 6.1).
	rewrite(sdp) {
		const opus = /^a=rtpmap:(\d+) opus\//im.exec(sdp)?.[1];
		return opus ? sdp.replace(new RegExp(`^(a=fmtp:${opus} (?!.*stereo=)[^\\r\\n]*)`, "m"), "$1;stereo=1") : sdp;
	}

	// Pictures decoded; in a page that nobody sees, where a browser may decode none, packets.
	progress(stats) {
		for (const report of stats.values())
			if (report.type === "inbound-rtp" && report.kind === "video") {
				this.#adapt(report.nackCount ?? 0);
				return (document.hidden ? report.packetsReceived : report.framesDecoded) ?? 0;
			}
		return 0;
	}

	// Lost packets come again, a moment later: on a line that loses many a picture that waits for them does not stand still.
	#adapt(nacks) {
		this.#lossy = this.#lossy * 0.95 + (nacks > this.#nacks ? 1 : 0);
		this.#nacks = nacks;
		const isPatient = this.#isPatient ? this.#lossy > 0.2 : this.#lossy > 3;
		if (this.#isHasty || isPatient === this.#isPatient) return;
		this.#isPatient = isPatient;
		for (const receiver of this.peer?.getReceivers() ?? [])
			if (receiver.track.kind === "video") setDelay(receiver, isPatient ? patient_ms : 0);
	}

	// A closed connection's picture turns black: the one that is shown stays open until there is another.
	retire(peer) {
		if (peer !== this.#shown) peer.close();
	}

	stop() {
		super.stop();
		this.#shown?.close();
		this.#shown = null;
	}

	#show() {
		const video = this.#video;
		if (video.srcObject === this.#stream) return;
		video.srcObject = this.#stream;
		this.#shown?.close();
		this.#shown = this.peer;
		video.requestVideoFrameCallback?.(() => this.look());
		play(video);
	}
}

// How much a browser shall hold back of what has come, at least.
function setDelay(receiver, ms) {
	if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = ms;
	else receiver.playoutDelayHint = ms / 1000;
}

// Plays, silently where the browser wants a click first; resolves with whether there is sound.
export async function play(video) {
	try {
		await video.play();
	} catch (error) {
		if (error.name !== "NotAllowedError" || video.muted) return !video.muted;
		video.muted = true;
		await video.play().catch(() => {});
	}
	return !video.muted;
}
