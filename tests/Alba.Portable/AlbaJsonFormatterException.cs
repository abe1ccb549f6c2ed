namespace Alba;

/// <summary>A body that holds no value of the type asked for.</summary>
public sealed class AlbaJsonFormatterException(string json) : Exception($"The JSON formatter was unable to process the raw JSON:\n{json}");
