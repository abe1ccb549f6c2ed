namespace Polly;

/// <summary>A chain of ways to deal with failures. There is none to add here: what is left empty does a thing once and lets failures through.</summary>
public sealed class ResiliencePipelineBuilder;
