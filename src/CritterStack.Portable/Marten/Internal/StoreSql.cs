namespace Marten.Internal;

/// <summary>The statements of a store, made once: their text is what prepared statements are found by.</summary>
internal sealed class StoreSql(string schema)
{
    /// <summary>Events of stream $1 in versions $2 to $3, stored by $4.</summary>
    public string ReadStream { get; } =
        $"select {EventReader.Columns} from {schema}.mt_events "
        + "where stream_id = $1 and version between $2 and $3 and timestamp <= $4 order by version";

    /// <summary>Version of stream $1.</summary>
    public string ReadVersion { get; } = $"select version from {schema}.mt_streams where id = $1";

    /// <summary>Stores one event; the parameters are those of the function.</summary>
    public string AppendOne { get; } =
        $"select {schema}.mt_portable_append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) where {PlansOnce}";

    /// <summary>Stores events of several streams; the parameters are those of the function.</summary>
    public string Append { get; } =
        $"select {schema}.mt_portable_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) where {PlansOnce}";

    /// <summary>The same in a shared transaction: it waits for nobody's lock for long, since most of it has no part in that.</summary>
    public string AppendShared { get; } =
        $"select {schema}.mt_portable_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
        + $"where {PlansOnce} and set_config('lock_timeout', '100ms', true) is not null";

    /// <summary>Locks streams and checks what is expected of them; the parameters are those of the function.</summary>
    public string Lock { get; } = $"select {schema}.mt_portable_lock($1, $2, $3, $4) where {PlansOnce}";

    /// <summary>
    /// Until the transaction ends, statements keep the plan they have: those of the functions, and those of inline projections behind
    /// them. Over arrays the planner believes every time that a plan for just this length would gain more than planning costs.
    /// </summary>
    private const string PlansOnce = "set_config('plan_cache_mode', 'force_generic_plan', true) is not null";
}
