import { VideoRoom } from "./room/element";

customElements.define("video-room", VideoRoom);
