/*
 * The records that the server and the pages exchange. Made by `python -m dashboards.records` from schema.json; edit nothing here.
 * No page loads this file. An editor reads it: write `@type {ResultPage}` in a script, and it knows the fields.
 */

/**
 * Pounds, and what they could be.
 * @typedef {object} Amount
 * @property {(number|null)} value
 * @property {(number|null)} low
 * @property {(number|null)} high
 */

/**
 * Bars of a plain page, by name.
 * @typedef {object} BarsBlock
 * @property {"bars"} kind
 * @property {string} title
 * @property {string} finding
 * @property {Array<[string, number]>} rows
 */

/**
 * Stop the comparison.
 * @typedef {object} Cancel
 * @property {"cancel"} name
 */

/**
 * One scenario on the card of a ready comparison: people who take part, and their acts.
 * @typedef {object} CardRow
 * @property {string} name
 * @property {(number|null)} effect
 * @property {(number|null)} range_low
 * @property {(number|null)} range_high
 * @property {(number|null)} effect_low
 * @property {(number|null)} effect_high
 * @property {Effect} acts
 */

/**
 * Everything that a page chooses from.
 * @typedef {object} Catalogue
 * @property {Array<InterventionShown>} interventions
 * @property {Array<PackageShown>} scenarios
 * @property {Array<PlaceListed>} places
 * @property {Array<MeasureShown>} measures
 * @property {Array<string>} headlines
 * @property {Array<string>} shown_first
 * @property {Array<string>} groupings
 * @property {Array<string>} aims
 * @property {Array<SegmentShown>} segments
 * @property {Array<string>} institutions
 * @property {Array<string>} network
 * @property {Array<LoopShown>} loops
 * @property {Object<string, [number, number]>} ranges
 * @property {Object<string, number>} defaults
 * @property {Object<string, number>} most
 * @property {Object<string, number>} first
 * @property {Object<string, Array<string>>} endings
 * @property {Array<string>} regions
 */

/**
 * Put another question; `run` False does not compare yet.
 * @typedef {object} Change
 * @property {"change"} name
 * @property {QuestionSent} question
 * @property {boolean} [run]
 */

/**
 * How an intervention moves a lever.
 * @typedef {object} ChangeShown
 * @property {string} lever
 * @property {number} add
 * @property {number} scale
 * @property {(number|null)} to
 * @property {Array<string>} forms
 * @property {(number|null)} months
 * @property {string} unit
 * @property {number} low
 * @property {number} high
 * @property {string} description
 * @property {string} status
 * @property {string} source
 */

/**
 * A scenario as the page has it.
 * @typedef {object} ColumnSent
 * @property {(Array<TriedSent>|null)} [tried]
 * @property {(boolean|number|string|null)} [shipped]
 * @property {(boolean|number|string|null)} [title]
 * @property {(Array<(boolean|number|string|null)>|null)} [loops_off]
 */

/**
 * A scenario: a shipped one by name, or its interventions.
 * @typedef {object} ColumnShown
 * @property {Array<TriedShown>} tried
 * @property {string} shipped
 * @property {string} title
 * @property {Array<string>} loops_off
 */

/**
 * What `groundswell compare --json` prints. It is open: the page reads what is named here, and researchers the rest.
 * @typedef {object} CompareDocument
 * @property {string} place
 * @property {number} population
 * @property {number} months
 * @property {number} replicates
 * @property {number} seed
 * @property {Array<ScenarioResult>} scenarios
 * @property {Object<string, JsonValue>} provenance
 */

/**
 * A page with controls: what they are set to, and what is shown for that.
 * @typedef {object} ControlsShown
 * @property {Object<string, (boolean|number|string)>} settings
 * @property {Object<string, JsonValue>} shown
 */

/**
 * What an intervention takes at full dose; `low` and `high` are factors within which that may be wrong.
 * @typedef {object} CostShown
 * @property {number} setup_hours
 * @property {number} setup_pounds
 * @property {number} running_hours
 * @property {number} running_pounds
 * @property {number} low
 * @property {number} high
 * @property {string} status
 * @property {string} source
 */

/**
 * A measure by month: its mean, and what it could be.
 * @typedef {object} Course
 * @property {Array<(number|null)>} mean
 * @property {Array<(number|null)>} low
 * @property {Array<(number|null)>} high
 */

/**
 * Delete a saved comparison.
 * @typedef {object} Delete
 * @property {"delete"} name
 * @property {string} id
 */

/**
 * Delete an own place; `owner` is the secret that came with it.
 * @typedef {object} DeleteOwn
 * @property {"delete_own"} name
 * @property {string} place
 * @property {string} owner
 */

/**
 * When, how well and to whom an intervention is delivered; months from 1.
 * @typedef {object} DeliveryShown
 * @property {number} [start]
 * @property {number} [ramp]
 * @property {number} [end]
 * @property {number} [decay]
 * @property {number} [fidelity]
 * @property {Array<string>} [institutions]
 * @property {Array<string>} [wards]
 * @property {Array<string>} [segments]
 * @property {Array<number>} [deprivation_fifths]
 * @property {Array<string>} [network]
 * @property {Array<number>} [persons]
 * @property {number} [households]
 * @property {string} [members]
 */

/**
 * Take away the error or the notice that is shown.
 * @typedef {object} Dismiss
 * @property {"dismiss"} name
 */

/**
 * What a change could be, and the part of that which comes from the model's uncertain numbers.
 * @typedef {object} Doubt
 * @property {(number|null)} parameter_share
 * @property {(number|null)} range_low
 * @property {(number|null)} range_high
 */

/**
 * Save a copy.
 * @typedef {object} Duplicate
 * @property {"duplicate"} name
 * @property {string} id
 */

/**
 * A measure of a scenario: its mean, the change from the base with its interval, and what the change could be. Shares as 0 to 1, money in pounds.
 * @typedef {object} Effect
 * @property {(number|null)} [mean]
 * @property {(number|null)} [low]
 * @property {(number|null)} [high]
 * @property {(number|null)} effect
 * @property {(number|null)} effect_low
 * @property {(number|null)} effect_high
 * @property {(number|null)} [variance_reduction]
 * @property {(number|null)} [parameter_share]
 * @property {(number|null)} [range_low]
 * @property {(number|null)} [range_high]
 * @property {(number|null)} [month]
 */

/**
 * Facts, validation, numbers and limits.
 * @typedef {object} Evidence
 * @property {Array<FactShown>} facts
 * @property {Validation} validation
 * @property {Array<ParameterShown>} parameters
 * @property {Array<string>} limits
 * @property {Array<LeverShown>} levers
 */

/**
 * How the model stands to a fact.
 * @typedef {object} FactChecked
 * @property {string} id
 * @property {string} measure
 * @property {string} role
 * @property {(number|null)} value
 * @property {(number|null)} low
 * @property {(number|null)} high
 * @property {(string|null)} verdict
 * @property {(string|null)} known_miss
 * @property {(number|null)} [value_low]
 * @property {(number|null)} [value_high]
 * @property {string} [how]
 */

/**
 * A fact that the model is held to.
 * @typedef {object} FactShown
 * @property {string} name
 * @property {string} kind
 * @property {string} description
 * @property {string} unit
 * @property {string} range
 * @property {(number|null)} value
 * @property {(number|null)} low
 * @property {(number|null)} high
 * @property {string} population
 * @property {string} year
 * @property {string} source
 * @property {string} status
 */

/**
 * A factor: from `low` to `high`, or one of `values`; `aim` is which aim of an intervention it sets.
 * @typedef {object} FactorShown
 * @property {string} name
 * @property {string} kind
 * @property {string} [target]
 * @property {string} [aim]
 * @property {string} role
 * @property {boolean} numeric
 * @property {number} [low]
 * @property {number} [high]
 * @property {Array<JsonValue>} [values]
 */

/**
 * Why an answer is none: what to do, in words of the page.
 * @typedef {object} Failure
 * @property {string} error
 */

/**
 * What is private, missing or odd in data that were brought.
 * @typedef {object} Finding
 * @property {("private"|"missing"|"odd"|"read")} kind
 * @property {string} text
 */

/**
 * Sentences about charts and tables.
 * @typedef {object} Findings
 * @property {string} effects
 * @property {string} acts
 * @property {string} first
 * @property {string} cost
 * @property {Object<string, string>} courses
 * @property {Object<string, Object<string, string>>} groups
 */

/**
 * A measure's level in each group, in order, and the last group's less the first's with its interval.
 * @typedef {object} Gradient
 * @property {Object<string, (number|null)>} groups
 * @property {(number|null)} difference
 * @property {(number|null)} low
 * @property {(number|null)} high
 * @property {(number|null)} ratio
 */

/**
 * An intervention of the catalogue.
 * @typedef {object} InterventionShown
 * @property {string} name
 * @property {string} description
 * @property {string} kind
 * @property {string} source
 * @property {string} status
 * @property {(CostShown|null)} cost
 * @property {string} interplay
 * @property {Array<string>} excludes
 * @property {Array<ChangeShown>} changes
 * @property {DeliveryShown} delivery
 */

/** @typedef {*} JsonValue */

/**
 * A lever that interventions move.
 * @typedef {object} LeverShown
 * @property {string} name
 * @property {string} unit
 * @property {number} low
 * @property {number} high
 * @property {string} description
 * @property {string} status
 * @property {string} source
 * @property {Array<string>} facts
 */

/**
 * A feedback loop; `sign` is 1 where it reinforces and -1 where it balances.
 * @typedef {object} LoopShown
 * @property {string} name
 * @property {number} sign
 * @property {string} words
 */

/**
 * Make a place of the files that were brought under this name.
 * @typedef {object} MakeOwn
 * @property {"own_place"} name
 * @property {string} place
 * @property {string} title
 * @property {string} region
 */

/**
 * A measure: `better` is 1 where more is better, -1 where less is, 0 where neither.
 * @typedef {object} MeasureShown
 * @property {string} name
 * @property {string} label
 * @property {string} unit
 * @property {string} description
 * @property {number} better
 * @property {boolean} grouped
 */

/**
 * What a scenario costs beyond the base, and what each further participant costs for a year.
 * @typedef {object} Money
 * @property {Amount} programme
 * @property {Amount} service
 * @property {Amount} net
 * @property {Amount} each
 */

/**
 * What a scenario costs, in words.
 * @typedef {object} MoneyWords
 * @property {string} programme
 * @property {string} service
 * @property {string} net
 * @property {string} each
 */

/**
 * What was just done; the numbers say what went with a deleted place.
 * @typedef {object} Notice
 * @property {("saved"|"renamed"|"duplicated"|"deleted"|"restored"|"cancelled"|"own_deleted"|"own_gone")} kind
 * @property {string} [title]
 * @property {number} [files]
 * @property {number} [results]
 * @property {number} [saved]
 */

/**
 * Show a study.
 * @typedef {object} OpenStudy
 * @property {"study"} name
 * @property {string} query
 */

/**
 * How long an own place is kept: its last day, and the days after each use.
 * @typedef {object} OwnKept
 * @property {string} until
 * @property {number} days
 */

/**
 * An own place that is still there, and its last day.
 * @typedef {object} OwnListed
 * @property {string} place
 * @property {string} title
 * @property {string} until
 */

/**
 * The place that was made of them: `owner` is the secret by which it is deleted, `until` the last day on which it is kept unless it is used.
 * @typedef {object} OwnMade
 * @property {false} running
 * @property {string} place
 * @property {string} title
 * @property {string} owner
 * @property {number} days
 * @property {string} until
 * @property {Array<Reading>} readings
 * @property {Array<Finding>} findings
 */

/**
 * The own places that a browser asked about; the most bytes of a file that may be brought.
 * @typedef {object} OwnPlaces
 * @property {number} days
 * @property {number} most
 * @property {Array<OwnListed>} places
 */

/**
 * Data that were brought are being read.
 * @typedef {object} OwnReading
 * @property {true} running
 */

/**
 * A shipped scenario; `tried` is None where it cannot be taken apart.
 * @typedef {object} PackageShown
 * @property {string} name
 * @property {string} description
 * @property {(Array<Object<string, JsonValue>>|null)} tried
 */

/**
 * A fact that a number of the model rests on.
 * @typedef {object} ParameterFact
 * @property {string} id
 * @property {string} statement
 * @property {string} source
 * @property {string} role
 */

/**
 * A number of the model.
 * @typedef {object} ParameterShown
 * @property {string} name
 * @property {(number|string|boolean)} default
 * @property {string} range
 * @property {string} plausible
 * @property {string} unit
 * @property {string} status
 * @property {string} description
 * @property {string} source
 * @property {Array<ParameterFact>} facts
 */

/**
 * What a page shows of a place.
 * @typedef {object} PlaceCard
 * @property {string} name
 * @property {string} title
 * @property {number} adults
 * @property {Array<string>} wards
 * @property {boolean} synthetic_wards
 * @property {Array<string>} segments
 * @property {Array<string>} institutions
 * @property {string} deprivation_index
 * @property {(OwnKept|null)} own
 * @property {string} attribution
 * @property {Array<string>} notes
 * @property {Object<string, string>} known
 * @property {Array<string>} imputed
 * @property {Array<PlaceTable>} tables
 */

/**
 * A place to choose.
 * @typedef {object} PlaceListed
 * @property {string} name
 * @property {string} title
 * @property {string} kind
 * @property {string} region
 */

/**
 * A table of what is known of a place.
 * @typedef {object} PlaceTable
 * @property {string} title
 * @property {Array<string>} header
 * @property {Array<Array<string>>} rows
 * @property {Array<string>} notes
 */

/**
 * A plain page.
 * @typedef {object} PlainShown
 * @property {string} title
 * @property {Array<(TextBlock|TableBlock|BarsBlock)>} blocks
 */

/**
 * A question as the page has it.
 * @typedef {object} QuestionSent
 * @property {(boolean|number|string|null)} [place]
 * @property {(Array<ColumnSent>|null)} [columns]
 * @property {(boolean|number|string|null)} [population]
 * @property {(boolean|number|string|null)} [months]
 * @property {(boolean|number|string|null)} [replicates]
 * @property {(boolean|number|string|null)} [seed]
 * @property {(boolean|number|string|null)} [budget]
 */

/**
 * What is compared, where and how; money in pounds.
 * @typedef {object} QuestionShown
 * @property {string} place
 * @property {Array<ColumnShown>} columns
 * @property {number} population
 * @property {number} months
 * @property {number} replicates
 * @property {number} seed
 * @property {(number|null)} budget
 */

/**
 * What one column of a table was read as: rows, values and how many further values, by what they were taken for.
 * @typedef {object} Reading
 * @property {string} table
 * @property {string} field
 * @property {string} column
 * @property {string} description
 * @property {Object<string, number>} counts
 * @property {Object<string, Array<string>>} values
 * @property {Object<string, number>} other_values
 * @property {string} words
 */

/**
 * A ready comparison: the key of its words, its address and the title of its place.
 * @typedef {object} ReadyCard
 * @property {string} [answer]
 * @property {Array<CardRow>} [rows]
 * @property {boolean} [first_look]
 * @property {boolean} [computing]
 * @property {string} name
 * @property {string} query
 * @property {string} place
 */

/**
 * Give a saved comparison another title.
 * @typedef {object} Rename
 * @property {"rename"} name
 * @property {string} id
 * @property {string} title
 */

/**
 * How the study is made and read again.
 * @typedef {object} Reproduce
 * @property {string} command
 * @property {string} look
 * @property {string} python
 */

/**
 * The residents who are drawn: by resident, but for `edges`, which are pairs of positions in `rows`.
 * @typedef {object} Residents
 * @property {Array<number>} rows
 * @property {Array<number>} ward
 * @property {Array<string>} segment
 * @property {Array<string>} age
 * @property {Array<number>} fifth
 * @property {Array<number>} ties
 * @property {Array<[number, number]>} edges
 * @property {Array<[number, number]>} places
 */

/**
 * All that a page draws of a comparison; lists go by scenario, the base first.
 * @typedef {object} ResultPage
 * @property {("first"|"partial"|"replicates"|"whole")} stage
 * @property {number} replicates
 * @property {number} planned
 * @property {CompareDocument} result
 * @property {Array<string>} labels
 * @property {Array<string>} names
 * @property {Array<string>} begun
 * @property {Object<string, Array<Array<string>>>} groups
 * @property {string} question
 * @property {string} answer
 * @property {Array<string>} answers
 * @property {boolean} first_look
 * @property {string} caution
 * @property {string} range_head
 * @property {Object<string, string>} read
 * @property {Array<Object<string, Effect>>} shown
 * @property {Object<string, (Array<Course>|null)>} courses
 * @property {Array<Object<string, JsonValue>>} ranking
 * @property {Findings} findings
 * @property {Array<Object<string, JsonValue>>} losses
 * @property {Array<(MoneyWords|null)>} money
 */

/**
 * Where the page finds a result: `key` names the whole one, for downloads.
 * @typedef {object} ResultShown
 * @property {string} key
 * @property {("first"|"partial"|"replicates"|"whole")} stage
 * @property {string} url
 * @property {number} done
 * @property {number} [turn]
 */

/**
 * How far a comparison is: runs that are done of those planned, and how many wait before it.
 * @typedef {object} Running
 * @property {(("first"|"partial"|"replicates"|"whole")|"waiting")} stage
 * @property {number} done
 * @property {number} planned
 * @property {number} waiting
 */

/**
 * Save a question under a title.
 * @typedef {object} Save
 * @property {"save"} name
 * @property {string} title
 * @property {QuestionSent} question
 */

/**
 * A saved comparison: `query` is its address, `changed` the minute in UTC.
 * @typedef {object} Saved
 * @property {string} id
 * @property {string} name
 * @property {string} query
 * @property {string} owner
 * @property {string} changed
 * @property {boolean} [changed_since]
 */

/**
 * One scenario: its measures, by group, and when its changes show; None for the base.
 * @typedef {object} ScenarioResult
 * @property {string} name
 * @property {Object<string, Effect>} measures
 * @property {Object<string, Object<string, Object<string, Effect>>>} by
 * @property {Object<string, Object<string, Gradient>>} [gradients]
 * @property {(Object<string, Doubt>|null)} doubt
 * @property {(Object<string, Object<string, Effect>>|null)} [when]
 * @property {(Money|null)} money
 */

/**
 * A segment of residents and its share, 0 to 1.
 * @typedef {object} SegmentShown
 * @property {string} name
 * @property {number} share
 */

/**
 * Change settings of a page with controls.
 * @typedef {object} SetControls
 * @property {"set"} name
 * @property {Object<string, (boolean|number|string)>} settings
 */

/**
 * Stop what is about to be watched.
 * @typedef {object} StopWatching
 * @property {"stop_watching"} name
 */

/**
 * A study below the folder of studies; `runs` is None where its plan cannot be read.
 * @typedef {object} StudyListed
 * @property {string} open
 * @property {string} name
 * @property {(number|null)} runs
 * @property {Array<string>} answers
 */

/**
 * The study that is shown: the query of its address.
 * @typedef {object} StudyOpened
 * @property {string} open
 */

/**
 * All that a page draws of a study: a row is a point, then its factors and its measures. `answers` are the files of the commands that ask it.
 * @typedef {object} StudyPage
 * @property {string} name
 * @property {string} folder
 * @property {number} runs
 * @property {number} chunks
 * @property {number} complete
 * @property {number} failed
 * @property {number} points
 * @property {number} shown
 * @property {Array<FactorShown>} factors
 * @property {Array<string>} measures
 * @property {Object<string, string>} labels
 * @property {Array<Array<(number|string|boolean|null)>>} rows
 * @property {Object<string, Object<string, JsonValue>>} answers
 * @property {Reproduce} reproduce
 * @property {string} attribution
 */

/**
 * A table of a plain page.
 * @typedef {object} TableBlock
 * @property {"table"} kind
 * @property {string} title
 * @property {Array<string>} head
 * @property {Array<Array<JsonValue>>} rows
 */

/**
 * A paragraph of a plain page.
 * @typedef {object} TextBlock
 * @property {"text"} kind
 * @property {string} text
 */

/**
 * An intervention as the page has it; what is left out is as in the catalogue.
 * @typedef {object} TriedSent
 * @property {(boolean|number|string|null)} name
 * @property {(boolean|number|string|null)} [dose]
 * @property {(boolean|number|string|null)} [start]
 * @property {(boolean|number|string|null)} [ramp]
 * @property {(boolean|number|string|null)} [end]
 * @property {(boolean|number|string|null)} [decay]
 * @property {(boolean|number|string|null)} [fidelity]
 * @property {(Array<(boolean|number|string|null)>|null)} [institutions]
 * @property {(Array<(boolean|number|string|null)>|null)} [wards]
 * @property {(Array<(boolean|number|string|null)>|null)} [segments]
 * @property {(Array<(boolean|number|string|null)>|null)} [deprivation_fifths]
 * @property {(Array<(boolean|number|string|null)>|null)} [network]
 * @property {(Array<(boolean|number|string|null)>|null)} [persons]
 * @property {(boolean|number|string|null)} [households]
 * @property {(boolean|number|string|null)} [members]
 */

/**
 * An intervention of a scenario; None where the catalogue's own schedule and aim hold. `tests/dashboards/test_records.py` holds it to `Tried`.
 * @typedef {object} TriedShown
 * @property {string} name
 * @property {number} dose
 * @property {(number|null)} start
 * @property {(number|null)} ramp
 * @property {(number|null)} end
 * @property {(number|null)} decay
 * @property {(number|null)} fidelity
 * @property {(Array<string>|null)} institutions
 * @property {(Array<string>|null)} wards
 * @property {(Array<string>|null)} segments
 * @property {(Array<number>|null)} deprivation_fifths
 * @property {(Array<string>|null)} network
 * @property {(Array<number>|null)} persons
 * @property {(number|null)} households
 * @property {(string|null)} members
 */

/**
 * Bring back what was deleted last.
 * @typedef {object} Undo
 * @property {"undo"} name
 */

/**
 * Save a question in the place of a saved one.
 * @typedef {object} Update
 * @property {"update"} name
 * @property {string} id
 * @property {QuestionSent} question
 */

/**
 * The name under which the files of a place are held.
 * @typedef {object} Uploaded
 * @property {string} place
 */

/**
 * The validation that is shipped. It is open: the page reads what is named here.
 * @typedef {object} Validation
 * @property {Array<FactChecked>} facts
 * @property {string} place
 * @property {number} population
 * @property {number} worlds
 */

/**
 * All that a page shows: `files` names for each scenario the file that the command needs, or is empty.
 * @typedef {object} View
 * @property {string} page
 * @property {number} version
 * @property {string} address
 * @property {string} error
 * @property {string} wrong
 * @property {(Notice|null)} notice
 * @property {(Running|null)} running
 * @property {(ResultShown|null)} result
 * @property {(Saved|null)} saved
 * @property {Array<Saved>} library
 * @property {(WatchShown|null)} watch
 * @property {(StudyOpened|null)} study
 * @property {Array<StudyListed>} studies
 * @property {(OwnReading|OwnMade|null)} own
 * @property {(string|null)} undo
 * @property {(PlainShown|null)} plain
 * @property {(ControlsShown|null)} controls
 * @property {boolean} open_to_all
 * @property {boolean} password
 * @property {QuestionShown} question
 * @property {string} command
 * @property {Array<string>} files
 */

/**
 * Two worlds that are watched: which scenarios of the question, and after which month they part.
 * @typedef {object} WatchShown
 * @property {string} name
 * @property {number} first
 * @property {number} other
 * @property {number} branch
 * @property {Array<string>} loops_off
 * @property {boolean} ready
 */

/**
 * Watch two scenarios of a question, by position, which part after a month; the second without some loops.
 * @typedef {object} WatchWorlds
 * @property {"watch"} name
 * @property {QuestionSent} question
 * @property {(number|string)} [first]
 * @property {(number|string)} [other]
 * @property {(number|string)} [branch]
 * @property {(Array<string>|null)} [loops_off]
 */

/**
 * Two worlds month by month.
 * @typedef {object} Watched
 * @property {number} months
 * @property {number} branch
 * @property {number} population
 * @property {Array<string>} statuses
 * @property {Residents} shown
 * @property {Array<string>} institutions
 * @property {Array<string>} wards
 * @property {Array<string>} courses
 * @property {Array<string>} by_ward
 * @property {Array<World>} worlds
 */

/**
 * One world by month: courses by measure; wards by measure and ward; backlog and contacts by institution; one digit a resident for who they are.
 * @typedef {object} World
 * @property {Array<Array<(number|null)>>} courses
 * @property {Array<Array<Array<(number|null)>>>} wards
 * @property {Array<Array<number>>} backlog
 * @property {Array<Array<number>>} contacts
 * @property {Array<string>} statuses
 */

/** @typedef {(Change|Cancel|Save|Update|Rename|Duplicate|Delete|Undo|WatchWorlds|StopWatching|OpenStudy|MakeOwn|DeleteOwn|SetControls|Dismiss)} Act */

/*
 * What the server sends, by address.
 * - view: View
 * - /gs/catalogue.json: Catalogue
 * - /gs/evidence.json: Evidence
 * - /gs/ready.json: Array<ReadyCard>
 * - /gs/place.json: PlaceCard
 * - /gs/results/NAME.json: ResultPage
 * - /gs/watched/NAME.json: Watched
 * - /gs/watched/NAME/NAME.json: Array<Array<[number, string, (string|null), (string|null), (string|null), (number|null), (number|null)]>>
 * - /gs/study.json: StudyPage
 * - /gs/own.json: OwnPlaces
 * - /gs/uploads: Uploaded
 * - failure: Failure
 */
