using System.Globalization;

namespace TestSupport;

/// <summary>A test failed; the seed gives the same run again as far as chance decides it.</summary>
public sealed class SeededTestException : Exception
{
    internal SeededTestException(int seed, string? logs, Exception cause) : base(
        $"With {Seeded.Variable}={seed.ToString(CultureInfo.InvariantCulture)}: {cause.Message}" + (logs is null ? "" : $"\nThe logs are in {logs}"), cause)
    {
    }
}
