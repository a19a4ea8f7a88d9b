// SPDX-License-Identifier: EUPL-1.2
// Receives one of the server's mixes in a <video>. "connected" means that pictures arrive, not only that a connection stands.
// While a lost connection is replaced the element keeps its last picture.
import { Session } from "./session.js";

const patient_ms = 200;
const silent_ms = 2000; // for so long no packet of the picture: it is not sent
const stuck_ms = 10000; // for so long a picture may stand still as long as there is sound: a line that is too narrow for a moment

// Program is H.264; a browser without it (Firefox without its add-on) gets the sound alone.
export const hasPicture = RTCRtpReceiver.getCapabilities("video")?.codecs.some(({ mimeType }) => /h264$/i.test(mimeType)) ?? false;

export class Receiver extends Session {
	#video;
	#stream = null; // what the present connection brings
	#shown = null; // the connection whose picture the element has
	#isHasty; // the least delay whatever gets lost: for a conversation
	#nacks = 0;
	#lossy = 0; // how many of the last looks found losses, the older ones counting less
	#isPatient = false;
	isSoundOnly = false; // the server sends no picture: the line is too narrow
	#packets = 0; // of the picture, at the last look
	#packets_ms = 0;
	#frames = 0;
	#frames_ms = 0;

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
		this.#packets_ms = performance.now();
		this.#packets = this.#frames = 0;
		for (const kind of hasPicture ? ["audio", "video"] : ["audio"]) {
			const { receiver } = peer.addTransceiver(kind, { direction: "recvonly" });
			setDelay(receiver, 0);
			this.#stream.addTrack(receiver.track);
			if (kind === "video" || !hasPicture) receiver.track.addEventListener("unmute", () => peer === this.peer && this.#show());
		}
	}

	// A browser decodes Opus to one channel unless the receiving side asks for two (RFC 7587 6.1).
	rewrite(sdp) {
		const opus = /^a=rtpmap:(\d+) opus\//im.exec(sdp)?.[1];
		return opus ? sdp.replace(new RegExp(`^(a=fmtp:${opus} (?!.*stereo=)[^\\r\\n]*)`, "m"), "$1;stereo=1") : sdp;
	}

	// Pictures decoded; in a page that nobody sees, where a browser may decode none, packets; where no picture is sent, sound.
	progress(stats) {
		const inbound = [...stats.values()].filter(({ type }) => type === "inbound-rtp");
		const video = inbound.find(({ kind }) => kind === "video");
		const sound = inbound.find(({ kind }) => kind === "audio")?.packetsReceived ?? 0;
		if (!hasPicture) return sound;
		this.#adapt(video?.nackCount ?? 0);
		this.#look(video?.packetsReceived ?? 0, sound > 0);
		if (this.isSoundOnly) return sound;
		const frames = (document.hidden ? video?.packetsReceived : video?.framesDecoded) ?? 0;
		if (frames !== this.#frames) this.#frames_ms = performance.now();
		this.#frames = frames;
		const still_ms = performance.now() - this.#frames_ms;
		return frames > 0 && still_ms > 0 && still_ms < stuck_ms ? sound : frames;
	}

	#look(packets, hasSound) {
		const now_ms = performance.now();
		if (packets !== this.#packets) this.#packets_ms = now_ms;
		this.#packets = packets;
		const isSoundOnly = hasSound && now_ms - this.#packets_ms > silent_ms;
		if (isSoundOnly === this.isSoundOnly) return;
		this.isSoundOnly = isSoundOnly;
		this.dispatchEvent(new Event("state"));
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
