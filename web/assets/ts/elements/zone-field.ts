/** <zone-field><input type="hidden" name="time_zone" value=""></zone-field>: fills in the zone of the reader's device. */
class ZoneField extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector("input");
    if (field && !field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}

customElements.define("zone-field", ZoneField);

export {};
