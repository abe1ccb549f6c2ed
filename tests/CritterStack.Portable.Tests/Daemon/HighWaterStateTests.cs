using Marten.Events.Daemon.HighWater;

namespace CritterStack.Portable.Tests.Daemon;

/// <summary>When a gap in the log is passed, without a database.</summary>
public sealed class HighWaterStateTests
{
    [Fact]
    public void Without_a_gap_the_mark_is_the_last_event()
    {
        var (state, step) = new HighWaterState(3).After(new HighWaterLook(100, 7, 7, Full: false));
        Assert.Equal((new HighWaterState(7), HighWaterStep.Rest), (state, step));
    }

    [Fact]
    public void A_full_window_is_followed_by_another_look()
    {
        var (_, step) = new HighWaterState(0).After(new HighWaterLook(100, 10, 10, Full: true));
        Assert.Equal(HighWaterStep.LookAgain, step);
    }

    [Fact]
    public void A_gap_that_is_new_costs_nothing_but_another_look()
    {
        var (state, step) = new HighWaterState(3).After(new HighWaterLook(100, 5, 9, Full: false));
        Assert.Equal(HighWaterStep.Wait, step);
        Assert.Equal(5, state.Mark);
        Assert.Null(state.Fence);
    }

    [Fact]
    public void A_gap_that_lasts_gets_a_fence()
    {
        var seen = new HighWaterState(5, GapSeen: true);
        Assert.Equal(HighWaterStep.TakeFence, seen.After(new HighWaterLook(100, 5, 9, Full: false)).Step);
        // Another gap than the one seen before is a new one.
        Assert.Equal(HighWaterStep.Wait, seen.After(new HighWaterLook(100, 6, 9, Full: false)).Step);
    }

    [Theory]
    [InlineData(199, false)]
    [InlineData(200, true)]
    [InlineData(201, true)]
    public void A_gap_is_passed_when_everybody_below_the_fence_has_ended(ulong oldestRunning, bool passes)
    {
        var fenced = new HighWaterState(5, GapSeen: true, new GapFence(200, 9, 0));
        var (state, step) = fenced.After(new HighWaterLook(oldestRunning, 5, 12, Full: false));
        Assert.Equal(passes ? HighWaterStep.PassGaps : HighWaterStep.Wait, step);
        Assert.Equal(5, state.Mark);
        Assert.Equal(new HighWaterState(9), state.Passed());
    }

    [Fact]
    public void Passing_stops_at_what_had_been_seen_when_the_fence_was_taken()
    {
        // 10 and 11 are missing now, but were not yet drawn then: the fence says nothing about them.
        var fenced = new HighWaterState(5, GapSeen: true, new GapFence(200, 9, 0));
        var (state, step) = fenced.After(new HighWaterLook(300, 9, 12, Full: false));
        Assert.Equal(HighWaterStep.Wait, step);
        Assert.Null(state.Fence);
        Assert.Equal(9, state.Mark);
    }

    [Fact]
    public void A_gap_that_is_filled_needs_no_evidence()
    {
        var fenced = new HighWaterState(5, GapSeen: true, new GapFence(200, 9, 0));
        var (state, step) = fenced.After(new HighWaterLook(150, 9, 9, Full: false));
        Assert.Equal((new HighWaterState(9), HighWaterStep.Rest), (state, step));
    }

    [Fact]
    public void A_mark_that_moves_without_a_look_leaves_the_fence_of_a_gap_before_it()
    {
        var fenced = new HighWaterState(5, GapSeen: true, new GapFence(100, 9, 0));

        Assert.Equal(fenced with { Mark = 7 }, fenced.Through(7));
        Assert.Equal(new HighWaterState(9), fenced.Through(9));
    }
}
