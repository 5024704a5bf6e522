"""Every reason a reader can give, in words.

The code is the contract (tests and callers compare codes); the sentence is English source text, translated with
gettext by whoever shows it: `report.sentence(gettext)`. A code ending in `.hint` says what the sender can do.
"""

from types import MappingProxyType

_FIELDS = {
    "field.read": "Read as written.",
    "field.empty": "Empty.",
    "field.unknown": "Forecourt has no place for this field; it stays in the raw document.",
    "field.placeholder": "“{raw}” stands where a value was expected; taken as not said.",
    "field.repeated": "Given more than once; the first one counts.",
    "field.not_text": "A {kind} stands where text was expected.",
    "field.extension": "Has no field of its own; kept beside the enquiry as written.",
    "field.for_the_vendor": "Describes the dealer or the sender, not the customer; kept only in the raw document.",
    "field.staff_phone": "The telephone of an adviser or introducer; never a way to reach the customer.",
    "field.not_a_number": "“{raw}” is not a number.",
    "field.value_unknown": "“{raw}” is not one of {allowed}; kept as written.",
    "field.case_changed": "“{raw}” is read as “{value}”.",
}
_PHONES = {
    "phone.empty": "No number.",
    "phone.placeholder": "“{raw}” is a word in place of a number.",
    "phone.masked": "The sender hid digits of this number; it can be shown but never identifies a person.",
    "phone.rounded": "A spreadsheet rounded this number; its last digits are lost.",
    "phone.several": "Several numbers in one field; each is kept.",
    "phone.not_a_number": "“{raw}” is not a telephone number.",
    "phone.short_code": "A short code can be dialled but belongs to no person.",
    "phone.not_valid": "No country has given out a number like this (read as a number of {region}).",
    "phone.no_area_zero": "A landline of mainland China is written with its 0; without it this may be a number of another country.",
    "phone.extension": "A number with an extension is a switchboard or a platform's privacy number; it identifies no person.",
    "phone.shared_line": "A service line (400, toll-free and the like); it identifies no person.",
    "phone.is_staff_phone": "The number of the adviser is given as the customer's; it identifies no customer.",
}
_EMAILS = {
    "email.empty": "No address.",
    "email.placeholder": "“{raw}” is a placeholder; it identifies no person.",
    "email.masked": "The sender hid part of this address; it never identifies a person.",
    "email.not_an_address": "“{raw}” is not an e-mail address.",
    "email.role": "An address of an office, not of a person; it identifies no person.",
}
_WECHAT = {
    "wechat.not_unique": "A WeChat name can be changed and is not unique; it identifies no person.",
}
_NAMES = {
    "name.missing": "No name.",
    "name.salutation_only": "A form of address, not a full name; it is no evidence that two enquiries are one person.",
    "name.nickname": "A screen name; it is no evidence that two enquiries are one person.",
    "name.masked": "The sender hid part of the name.",
    "name.placeholder": "“{raw}” is a placeholder, not a name.",
    "name.split": "Family and given name were taken apart by a list of family names.",
}
_TIMES = {
    "time.empty": "No time.",
    "time.not_a_time": "“{raw}” is not a date or time we know.",
    "time.out_of_range": "“{raw}” lies outside 1990 to 2099.",
    "time.zone_assumed": "No time zone given; read as China time.",
    "time.day_only": "A day without a time; read as midnight, China time.",
    "time.month_first": "Read as month/day/year.",
    "time.twelve_hour_clock": "A twelve-hour clock; without a time zone read as China time.",
    "time.unix_seconds": "Read as seconds since 1970.",
    "time.unix_milliseconds": "Read as milliseconds since 1970.",
    "time.spreadsheet_day": "Read as a spreadsheet's day number, China time.",
    "time.from_mail": "The enquiry has no time; the time of the mail is taken.",
}
_VEHICLES = {
    "vehicle.year_odd": "“{raw}” is not a model year between 1950 and 2099.",
    "vehicle.from_comment": "Found in the comment, not in the field meant for it.",
    "vehicle.vin_refused": "“{raw}” is not a valid vehicle identification number.",
    "vehicle.not_the_wish": "Not the car wished for ({interest}); kept as another vehicle.",
    "budget.read_from_text": "Read as {low} to {high} {currency}.",
    "budget.not_understood": "“{raw}” is not an amount; kept as text.",
}
_COMMENTS = {
    "comment.html_removed": "HTML marks were removed.",
    "comment.credit_data": "Credit or identity data ({kind}) is not needed to answer an enquiry; left out of the comment.",
    "comment.id_number_hidden": "An identity number in the text was hidden.",
    "consent.from_comment": "A consent found in the comment: {text}",
    "consent.not_understood": "“{raw}” is neither yes nor no; taken as not given.",
}
_IDS = {
    "id.empty": "An id without a value.",
    "id.sequence_missing": "No sequence given; the order in the document counts.",
    "id.rounded": "A 64-bit id sent as a number ends as if rounded; kept, but never used to recognise an enquiry.",
    "id.as_number": "A 64-bit id sent as a number; kept as text.",
    "id.several": "Several ids in one field; each is kept.",
    "id.not_whole": "“{raw}” is not a whole number; an id may have been rounded.",
}
_FORMATS = {
    "adf.prolog_removed": "What stands before <adf> is not XML in that place; it was set aside.",
    "adf.doctype_ignored": "The document type declaration was not followed.",
    "adf.bare_ampersand": "“&” was written without its escape; read as the character.",
    "adf.html_entity": "Characters named as in HTML ({raw}) were read as such.",
    "adf.unquoted_attribute": "An attribute without quotation marks was read.",
    "adf.control_characters": "Control characters were removed.",
    "adf.escaped_body": "The lead was escaped as text inside the mail and was unescaped.",
    "adf.inside_other_text": "The lead was found inside other text (a mail, a page or a comment).",
    "adf.no_vendor": "The lead names no vendor.",
    "adf.no_vehicle": "The lead names no vehicle.",
    "adf.wrong_place": "Stands inside <{inside}>, not where ADF 1.0 has it; read all the same.",
    "adf.other_spelling": "Not a tag of ADF 1.0; read as <{tag}>.",
    "wecom.source_type_unknown": "Source type {raw} is not defined (1 is a call, 2 is a form).",
    "wecom.status_unknown": "Lead state {raw} is not defined.",
    "wecom.contradicts_flag": "Given although the lead is not flagged as invalid.",
    "csv.delimiter": "Columns are separated by {raw}.",
    "csv.encoding": "The encoding was not said; read as {raw}.",
    "csv.lines_skipped": "{raw} lines above the column names were set aside.",
    "csv.column_unknown": "Column “{raw}” is not known; it stays in the raw document.",
    "csv.column_repeated": "Column “{raw}” means the same as an earlier one; the first filled one counts.",
    "csv.extra_cells": "More cells than columns.",
    "json.repeated_key": "The key “{raw}” occurs twice in one object; the last one counts.",
    "mail.part_set_aside": "A part of the mail without a lead ({kind}).",
}
_DOCUMENTS = {
    "file.empty": "The document is empty.",
    "file.empty.hint": "Send the file again.",
    "file.too_large": "The document has {size} bytes; at most {most} are read.",
    "file.too_large.hint": "Split it into smaller files.",
    "file.too_many_leads": "The document holds more than {most} enquiries.",
    "file.too_many_leads.hint": "Split it into smaller files.",
    "file.spreadsheet": "A spreadsheet or archive, not text.",
    "file.spreadsheet.hint": "Save the sheet as CSV (UTF-8) and send that.",
    "file.pdf": "A PDF, not a lead document.",
    "file.pdf.hint": "Ask the sender for ADF, JSON or CSV.",
    "file.unknown": "Neither ADF, WeCom JSON, Forecourt JSON nor CSV: it begins “{start}”.",
    "file.unknown.hint": "See docs/reference/lead-formats.md for what is read.",
    "text.damaged": "Byte {byte} does not belong in {encoding} text.",
    "text.damaged.hint": "Save the file again as UTF-8.",
    "mail.no_lead": "A mail without a lead: subject “{subject}”, {parts} parts looked through.",
    "mail.no_lead.hint": "If a person wrote it, enter the enquiry by hand; if a system did, ask for ADF.",
    "mail.too_many_parts": "The mail has more than {most} parts.",
    "mail.broken": "The mail cannot be taken apart.",
    "mail.broken.hint": "Save the attachment alone and send that.",
    "xml.not_well_formed": "Not well-formed XML: {problem}.",
    "xml.not_well_formed.hint": "Correct the place named, or ask the sender to.",
    "xml.entities": "The document declares entities; such documents are refused unread.",
    "xml.entities.hint": "Ask the sender for ADF without a document type declaration.",
    "xml.too_deep": "Tags are nested deeper than {most}.",
    "xml.not_adf": "XML, but its root is <{root}>, not <adf>.",
    "xml.not_adf.hint": "See docs/reference/lead-formats.md for what is read.",
    "adf.no_prospect": "The <adf> holds no <prospect>.",
    "json.broken": "Not valid JSON: {problem}.",
    "json.broken.hint": "Correct the place named, or ask the sender to.",
    "json.too_deep": "JSON is nested deeper than {most}.",
    "json.not_leads": "JSON, but no enquiry in it (keys: {keys}).",
    "json.not_leads.hint": "See docs/reference/lead-formats.md for the two shapes that are read.",
    "json.answer": "The answer of an interface, not an enquiry.",
    "json.no_entries": "The list of enquiries is empty.",
    "csv.broken": "Not a readable row: {problem}.",
    "csv.no_columns": "No column is known to hold a telephone, e-mail or WeChat: {columns}.",
    "csv.no_columns.hint": "Name a column 电话, 手机, 邮箱 or phone, email; docs/reference/lead-formats.md lists all names.",
    "csv.no_rows": "Column names, but no row below them.",
    "lead.not_an_object": "A {kind} stands where an enquiry was expected.",
    "lead.nobody": "No way to reach the person and no id to find the enquiry by.",
    "lead.nobody.hint": "Ask the sender for a telephone number or an e-mail address.",
}

REASONS = MappingProxyType(
    _FIELDS
    | _PHONES
    | _EMAILS
    | _WECHAT
    | _NAMES
    | _TIMES
    | _VEHICLES
    | _COMMENTS
    | _IDS
    | _FORMATS
    | _DOCUMENTS
)
