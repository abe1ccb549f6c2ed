using PlayPrices;

namespace Marketplace.Tests.PlayPrices;

public class AcknowledgedWritesTests
{
    private static readonly Acknowledged[] Writes =
    [
        new("s", "E10", 120m, 1, 10, Recorded: true),
        new("s", "E10", 130m, 2, 20, Recorded: true),
        new("s", "E10", 130m, 2, 20, Recorded: false),
    ];

    private static readonly PricePoint[] History = [new(120m, "GBP", 1, 10), new(130m, "GBP", 2, 20)];

    [Fact]
    public void A_history_with_every_write_once_has_no_fault() =>
        Assert.Empty(AcknowledgedCheck.Faults(Writes, History));

    [Fact]
    public void A_write_whose_answer_was_lost_may_be_in_the_history() =>
        Assert.Empty(AcknowledgedCheck.Faults(Writes, [.. History, new(140m, "GBP", 3, 30)]));

    [Fact]
    public void A_lost_write_is_found() =>
        AssertFault("lost: s,E10,130.00,2,20", History[0]);

    [Fact]
    public void A_write_recorded_twice_is_found() =>
        AssertFault("price 130 was recorded twice", [.. History, new(130m, "GBP", 3, 30)]);

    [Fact]
    public void A_write_at_another_position_than_acknowledged_is_found() =>
        AssertFault("moved: s,E10,130.00,2,20", History[0], new(130m, "GBP", 2, 21));

    [Fact]
    public void A_line_of_the_journal_reads_back_and_a_torn_one_is_skipped()
    {
        Assert.Equal(Writes[1], Acknowledged.FromLine(Writes[1].ToLine()));
        Assert.Null(Acknowledged.FromLine(Writes[1].ToLine()[..^2]));
    }

    private static void AssertFault(string beginning, params PricePoint[] history) =>
        Assert.Contains(AcknowledgedCheck.Faults(Writes, history), fault => fault.StartsWith(beginning, StringComparison.Ordinal));
}
