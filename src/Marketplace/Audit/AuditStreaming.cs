using Marketplace.Http;

namespace Marketplace.Audit;

/// <summary>The log as NDJSON, one event a line.</summary>
public sealed class AuditStreaming(AuditLog audit, ILogger<AuditStreaming> log, long after, long through, long most) : Ndjson(log, through)
{
    /// <summary>The most events read at a time.</summary>
    public const int PageSize = 500;

    private readonly long _through = through;
    private long _last = after;
    private long _left = most;

    /// <inheritdoc />
    protected override long Place => _last;

    /// <inheritdoc />
    protected override async Task<bool> FillAsync(Func<object, bool> write, CancellationToken ct)
    {
        if (_left == 0 || _last >= _through) return false;
        var before = _last;
        await audit.ReadAsync(_last, _through, (int)Math.Min(_left, PageSize), e =>
        {
            _last = e.Position;
            _left--;
            return write(e);
        }, ct);
        return _last > before;
    }
}
