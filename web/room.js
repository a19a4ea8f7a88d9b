// SPDX-License-Identifier: EUPL-1.2
// The hall's screen: the room's picture and sound and nothing else. It is connected before the click that browsers want for sound.
import { Receiver, hasPicture, play } from "./whep.js";
import { stayAwake, toggleFullscreen, watchIdle } from "./screen.js";
import { localise, text } from "./text.js";

const silence_ms = 2000; // and the 3 s until a loss is noticed: a shorter one is not worth a word in front of the hall
const video = document.querySelector("video");
const status = document.querySelector("#status");
const receiver = new Receiver(video, "/whep/room");
let timer = 0;

function start({ target }) {
	target.hidden = true;
	document.body.dataset.started = "";
	video.muted = false;
	play(video);
	stayAwake();
	watchIdle(2000);
	if (!document.fullscreenElement) toggleFullscreen(document.documentElement, video);
}

function showState() {
	document.body.dataset.state = receiver.state;
	if (receiver.state === "connected") {
		clearTimeout(timer);
		timer = 0;
		status.textContent = hasPicture ? "" : text("no_picture");
	} else {
		timer ||= setTimeout(() => (status.textContent = text(receiver.isBlocked ? "blocked" : receiver.state)), silence_ms);
	}
}

document.querySelector("#start").addEventListener("click", start);
receiver.addEventListener("state", showState);
localise();
receiver.start();
