// Every limit on size, count and time in one place, each with its reason. Nothing in Weir grows without one.

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** A request body, decoded. Anthropic takes 32 MB, OpenAI 50 MB of files; `general_settings.max_request_size_mb` changes it. */
export const maxRequestBytes = 64 * megabyte;

/** A provider's whole answer that is read into memory. Images as base64 reach tens of megabytes. */
export const maxAnswerBytes = 256 * megabyte;

/** One server-sent event. Gemini sends images whole in one event. */
export const maxFrameBytes = 64 * megabyte;

/** A provider's error body that is looked at. More is cut. */
export const maxErrorBytes = 64 * kilobyte;

/** Members of a body's object, of which the largest API has some fifty: each is looked at by whoever looks for one. */
export const maxBodyMembers = 5_000;

/** A presented key. Longer ones are refused before anything is computed from them. */
export const maxKeyCharacters = 512;
/** A presented token of an identity provider. Those of people in many groups have several thousand. */
export const maxTokenCharacters = 16 * kilobyte;

/** A model name. */
export const maxModelCharacters = 512;

/** A client that sends its body slower than this in total is let go. */
export const bodyTimeoutMs = 120_000;

/** An upload (a form, or a body for a provider's own route) up to this size is kept in memory; a larger one lies in a file until it is answered. */
export const maxUploadMemoryBytes = 512 * kilobyte;
/** What of an upload may wait for the disk, or be on its way there, before its client has to wait. */
export const maxUploadWaitingBytes = 256 * kilobyte;
/** How an upload is read back from its file, and how small parts of it are put together. */
export const uploadBlockBytes = 256 * kilobyte;
export const uploadGatherBytes = 64 * kilobyte;
/** All uploads on the disk at a time. */
export const maxUploadDiskBytes = 16 * 1024 * megabyte;
/** An upload may take `bodyTimeoutMs`, and longer when it is large: as long as this rate takes on top of it. Slow lines upload at 1 Mbit/s and more. */
export const minUploadBytesPerSecond = 64 * kilobyte;

/** A form: its parts, the head of one, a text that is read as a parameter (longer ones only pass), and all names and texts together. */
export const maxFormParts = 1_000;
export const maxPartHeadBytes = 16 * kilobyte;
export const maxFormTextBytes = 64 * kilobyte;
export const maxFormFieldsBytes = 512 * kilobyte;

/** The head of a request, which must come within this time. A head has one key and a few words; browsers stay below 8 KB. */
export const maxRequestHeadBytes = 32 * kilobyte;
export const headTimeoutMs = 30_000;

/** The rest of a body that nobody wants is read to keep the connection, up to this; else the connection is closed, after time for the answer to arrive. */
export const maxUnreadBodyBytes = 256 * kilobyte;
export const bodyLingerMs = 5_000;

/** A client that takes nothing of its answer for this long is let go. */
export const abandonedMs = 600_000;

/** LiteLLM's effective default of `router_settings.timeout`: a whole call. */
export const defaultCallTimeoutMs = 6_000_000;

/** Silence of a provider inside a stream after which it counts as broken, unless `stream_timeout` says otherwise. */
export const streamIdleTimeoutMs = 120_000;

/** How long Ctrl-C waits for running answers. */
export const drainTimeoutMs = 30_000;

/** Events buffered before the first content, while a fallback is still possible. */
export const maxHeldFrames = 64;

/** Entries of the in-memory response cache (LiteLLM's default for its local cache is 200; ours is bounded by bytes too). */
export const maxCacheEntries = 10_000;
export const maxCacheBytes = 64 * megabyte;

/** Bodies of requests that were answered from the cache, kept to know them again. */
export const maxKnownBodies = 2_000;
export const maxKnownBodyBytes = 16 * megabyte;

/** Attempts for one request over all retries and fallbacks, whatever the settings say. */
export const maxAttempts = 32;

/** A stream larger than this is not kept for the response cache. */
export const maxCollectedBytes = 4 * megabyte;

/** Answers of the Responses API that are kept so that a client can go on from them (`previous_response_id`). OpenAI keeps them for 30 days. */
export const maxStoredResponses = 10_000;
export const maxStoredResponseBytes = 64 * megabyte;
export const storedResponseTtlMs = 24 * 3_600_000;

/** Responses that are made in the background: how many at once, how long and how large one may become, and how long its events are kept. */
export const maxBackgroundJobs = 1_000;
export const maxBackgroundMs = 3_600_000;
export const maxBackgroundBytes = 8 * megabyte;
export const maxBackgroundTotalBytes = 64 * megabyte;
export const backgroundKeptMs = 10 * 60_000;

/** What a request names by its address and is fetched for a provider that takes only bytes: how many, how large each and all, how long. */
export const maxFetchedMedia = 20;
export const maxFetchedBytes = 20 * megabyte;
export const maxFetchedTotalBytes = 40 * megabyte;
export const maxFetchMs = 15_000;
export const maxFetchAllMs = 30_000;
export const maxFetchRedirects = 3;

/** Members that a model refused by name and that are not sent to it for this long. */
export const maxRefusedMembers = 32;
export const refusedMemberTtlMs = 3_600_000;

/** Reasoning that providers want back with their tool calls, for clients that leave it out. A tool loop rarely rests for longer than a day. */
export const maxReasoningMemory = 20_000;
export const maxReasoningMemoryBytes = 32 * megabyte;
export const reasoningMemoryTtlMs = 24 * 3_600_000;

/** Tags of one request, each of which may have a budget that is looked up. */
export const maxRequestTags = 100;

/** Answers that one request may go back through. */
export const maxResponseChain = 500;

/** A sign-in to the dashboard ends after this long in any case, and after this long without a request. */
export const sessionTtlMs = 12 * 3_600_000;
export const sessionIdleMs = 2 * 3_600_000;

/** What the database said of a session is believed this long, so that signing out on another instance is felt within seconds. */
export const sessionFreshMs = 2_000;

/** Sign-ins that are held at once; the oldest goes first. */
export const maxSessions = 10_000;

/** Failed sign-ins from one address, or for one name, before each further one has to wait; the wait doubles up to the longest. */
export const freeLoginFailures = 5;
export const firstLoginWaitMs = 2_000;
export const longestLoginWaitMs = 15 * 60_000;
export const maxThrottledNames = 10_000;

/** A password, user name or e-mail address that is looked at. */
export const maxCredentialCharacters = 1_024;

/** The body of a sign-in. */
export const maxLoginBytes = 16 * kilobyte;

/** Earlier texts of a configuration file that are kept. */
export const maxConfigurationHistory = 50;

/** How long somebody may take at the identity provider. */
export const ssoTimeoutMs = 10 * 60_000;

/** A call to an identity provider. */
export const identityProviderTimeoutMs = 10_000;

/** A place that is told an alert must answer in this time; more of its answer than this is not looked at. */
export const alertTimeoutMs = 10_000;
export const alertAnswerBytes = 8 * kilobyte;

/** How often an alert is brought to a place that is away: with the pauses in between about ten minutes. */
export const alertTries = 5;

/** Deliveries that may wait at a time, subjects whose last alert is remembered, and alerts that the dashboard can show. */
export const maxAlertQueue = 1_000;
export const maxAlertSubjects = 10_000;
export const maxRecentAlerts = 500;

/** How often the database is asked whether it is there. */
export const databaseWatchMs = 10_000;

/** Deployments and model groups that alerts keep counts of. */
export const maxWatchedSubjects = 10_000;

/** What a request may wait for Redis; after that it goes on without. */
export const redisTimeoutMs = 50;
export const redisConnectTimeoutMs = 2_000;

/** Failures in a row after which Redis is left alone until a new connection answers (LiteLLM's breaker has the same number). */
export const redisBreakerFailures = 5;

/** The longest pause between attempts to connect. They never end. */
export const redisLongestPauseMs = 5_000;

/** Counters of budgets and limits that are remembered; unused ones go first. A key has a few. */
export const maxLimitCounters = 500_000;

/** Sessions whose deployment is remembered for the sake of prompt caches; providers keep prompts for at most an hour. */
export const maxAffinities = 50_000;
export const affinityTtlMs = 3_600_000;

/** Requests whose way through the router can be asked for afterwards, and candidates that such a record names. */
export const maxExplanations = 2_000;
export const maxExplainedCandidates = 32;

/** Keys that are remembered. One takes about 2 kB. */
export const maxRememberedKeys = 20_000;

/** A remembered key is read anew behind the scenes after this time, unless `user_api_key_cache_ttl` says otherwise. Changes are felt at once all the same. */
export const keyRefreshMs = 60_000;

/** How long it is remembered that a key does not exist: long enough against a loop of wrong calls, short enough for a key that was just made elsewhere. */
export const missingKeyMs = 1_000;

/** The longest wait for the database while a key is looked up. */
export const lookupTimeoutMs = 3_000;

/** What a request holds of shared budgets and limits expires after this time when its instance has died; it is renewed while the request runs. */
export const leaseLifeMs = 90_000;
export const leaseRenewMs = 25_000;

/** How long a request that runs is known to have been counted, and how much longer than its window a counter is kept in Redis. */
export const leaseMarkMs = 6 * 3_600_000;

/** Copies of requests (mirrors) that are under way; more are left out. */
export const maxMirroredCalls = 64;

/** What a lookup in a bucket may take; after that the provider is asked. */
export const cacheStoreTimeoutMs = 500;

/** What any call to a bucket or a vector database behind HTTP may take. */
export const cacheCallTimeoutMs = 10_000;

/** What is kept in the folder of the disk cache. */
export const maxDiskCacheBytes = 1_024 * megabyte;

/** Questions that the semantic cache keeps in its file. */
export const maxStoredVectors = 50_000;

/** Answers on their way to a bucket; more are kept in memory only. */
export const maxCacheWrites = 64;

/** Vectors of the semantic cache. One of 1,536 numbers takes 6 kB, and comparing a thousand takes about a millisecond. */
export const maxScopeVectors = 1_000;
export const maxSemanticVectors = 10_000;

/** What the vector of a question may take; after that the provider is asked. */
export const embedTimeoutMs = 2_000;

/** Deployments, and model names, of which it is known how late their streams are. */
export const maxHedgedDeployments = 10_000;

/** Requests with a priority that wait for a deployment of one model. */
export const maxQueuedRequests = 10_000;

/** Results of health checks in the database. */
export const maxStoredHealthRecords = 100_000;

/** Results of health checks that are remembered. */
export const maxHealthRecords = 2_000;

/** A verified token's caller is read anew after this time. Changes here are felt at once all the same. */
export const jwtFreshMs = 60_000;

/** OAuth 2 tokens: questions to the server that issued them at a time. */
export const maxTokenAsks = 64;

/** The keys of an identity provider: how large the answer may be, how long it may take, and how long to wait before asking again. */
export const maxJwksBytes = 1 * megabyte;
export const jwksTimeoutMs = 5_000;
export const jwksPauseMs = 10_000;

/** Encrypted reasoning items whose account is remembered. */
export const maxEncryptedItems = 50_000;

/** How deep bodies of the management API may be nested: what is kept must be read again. */
export const maxManagedDepth = 128;

/** How often changes of other instances are looked for, where no Redis tells them. */
export const changesPollMs = 1_000;

/** Conversations of the chat page: how many a list gives at once, a message with its reasoning and tool calls, presets, and how long a deletion can be taken back. */
export const maxChatsListed = 100;
export const maxChatMessageCharacters = 4_000_000;
export const maxChatPresets = 500;
export const deletedChatKeptMs = 86_400_000;

/** Processes on one database: how often each says that it is there, after what silence that is doubted, and when it is forgotten. */
export const instanceBeatMs = 15_000;
export const instanceSilentMs = 45_000;
export const instanceForgottenMs = 3_600_000;

/** How long a provider may take to say what it is working on, or to hear that nobody waits for it, after the client left. */
export const cancelTimeoutMs = 15_000;
