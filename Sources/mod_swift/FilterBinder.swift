// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CModSwift
internal import HTTPD

/// Binds a plugin's filter to a NAME under which every stock directive finds it.
@safe
enum FilterBinder {
    enum Direction: String {
        case output, input
    }

    /// Runs `SwiftOutputFilter` or `SwiftInputFilter`.
    @unsafe
    static func bind(
        _ direction: Direction, _ words: [String], _ command: UnsafeMutablePointer<cmd_parms>
    ) throws(DirectiveError) {
        guard words.count >= 2 else {
            throw DirectiveError("takes Plugin.implementation, a NAME and key=value options")
        }
        let (reference, name) = (words[0], words[1])
        guard name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ";") }), !name.contains("="),
            !name.isEmpty
        else {
            throw DirectiveError("'\(name)' is not a filter's NAME: use letters, digits and _")
        }
        // SAFETY: httpd keeps the command's pool alive as long as the configuration; httpd copies the name.
        guard let pool = unsafe command.pointee.pool else { return }
        let state = unsafe HostState.inConfiguration(pool)
        let kind = direction == .output ? SWIFT_HTTPD_OUTPUT_FILTER : SWIFT_HTTPD_INPUT_FILTER
        let binding = try unsafe Reference(reference, to: UInt32(kind)).find()
        let key = "\(direction.rawValue) \(name.lowercased())"
        if let other = state.boundNames[key] {
            throw DirectiveError("the NAME \(name) is already bound to \(other.reference): choose another")
        }
        let taken =
            unsafe direction == .output
            ? ap_get_output_filter_handle(name) != nil : ap_get_input_filter_handle(name) != nil
        guard !taken else {
            throw DirectiveError("the NAME \(name) is already that of another module's filter: choose another")
        }
        guard state.slotCount < CInt(MODSWIFT_SLOTS) else {
            throw DirectiveError("no more than \(MODSWIFT_SLOTS) filters can be bound")
        }
        let instance: UnsafeMutableRawPointer?
        do throws(DirectiveError) {
            unsafe instance = try unsafe OptionWords(words[2...]).configure(binding, name, pool)
        } catch {
            throw DirectiveError("\(reference) \(name): \(error.message)")
        }
        let slot = state.slotCount
        state.slotCount += 1
        let place = unsafe command.pointee.directive.map { unsafe ConfigurationPlace(of: $0) }
        state.boundNames[key] = HostState.BoundName(
            name: name, isOutput: direction == .output, reference: reference, slot: slot, place: place)
        let entry = unsafe binding.registration
        let flags = unsafe entry.pointee.filter_flags
        unsafe modswift_set_slot(slot, modswift_slot_of(binding.table, flags, instance))
        let stage = unsafe ap_filter_type(rawValue: entry.pointee.filter_type)
        switch direction {
        case .output:
            unsafe ap_register_output_filter_protocol(
                name, modswift_output_function(slot),
                swift_httpd_prepares_output(binding.table, flags) != 0 ? modswift_prepare_output_function(slot) : nil,
                stage, flags & ~UInt32(SWIFT_HTTPD_FILTER_PREPARES | SWIFT_HTTPD_FILTER_ERROR_PAGES))
        case .input:
            unsafe ap_register_input_filter(
                name, modswift_input_function(slot), modswift_prepare_input_function(slot), stage)
        }
    }
}
