using Marketplace.Audit;

namespace Marketplace.Tests.Audit;

public sealed class AuditedStreamTests
{
    [Theory]
    [InlineData("product%2Fbook", "product/book")]
    [InlineData("offer%2fpowells%2Fx1", "offer/powells/x1")]
    [InlineData("review%2Fbook%2Fann", "review/book/ann")]
    [InlineData("review/book/ann", "review/book/ann")]
    [InlineData("review%2Fbook", null)]
    [InlineData("offer%2Fpowells%2F", null)]
    [InlineData("offer%2Fpowells%2F%2E%2E", null)]
    [InlineData("offer%2Fpowells%2Fx1%2F", null)]
    [InlineData("mt_events", null)]
    [InlineData("", null)]
    public void A_segment_names_a_stream_or_nothing(string segment, string? key) => Assert.Equal(key, AuditedStream.Read(segment));
}
