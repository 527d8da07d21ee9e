using Amend.Tensors.Native;

namespace Amend.Tensors.Tests.Native;

/// <summary>A processor of any kind; by default AMD's, with AVX2 and FMA.</summary>
internal sealed record FakeProcessor(string Vendor = "AuthenticAMD", bool HasAvx2AndFma = true) : IProcessor;
