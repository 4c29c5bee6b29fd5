#include <engram/plasticity/meta_gradient.hpp>
#include <engram/plasticity/tasks/two_moons.hpp>

#include <iostream>

using namespace engram::plasticity;

int main() {
  Random random(1);
  const auto examples = two_moons().draw(random.split("task"))->sample_balanced(random, 10);
  std::cout << examples.size() << " points\n" << examples.x << '\n';
  return examples.size() == 10 ? 0 : 1;
}
