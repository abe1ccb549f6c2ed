using Marketplace.Limits;

namespace Marketplace.Feeds;

/// <summary>Counts the uploads that an instance takes at once, in all and of each seller.</summary>
public sealed class UploadSlots(LimitSettings limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>A slot, given back by disposing of it; null when there is none.</summary>
    public IDisposable? Take(string sellerId)
    {
        lock (_lock)
        {
            var own = _taken.GetValueOrDefault(sellerId);
            if (_all >= limits[FeedLimits.FeedUploads] || own >= limits[FeedLimits.FeedUploadsPerSeller]) return null;
            _all++;
            _taken[sellerId] = own + 1;
            return new Slot(this, sellerId);
        }
    }

    private void Return(string sellerId)
    {
        lock (_lock)
        {
            _all--;
            if (--_taken[sellerId] == 0) _taken.Remove(sellerId);
        }
    }

    private sealed class Slot(UploadSlots slots, string sellerId) : IDisposable
    {
        private bool _isReturned;

        public void Dispose()
        {
            if (!_isReturned) slots.Return(sellerId);
            _isReturned = true;
        }
    }
}
